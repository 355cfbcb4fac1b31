import { statutoryCalendar } from '../../adapters/calendar.ts';
import { DynamoSweepState } from '../../adapters/sweep-state.ts';
import { DynamoTimerStore } from '../../adapters/timers.ts';
import { needStream } from '../../domain/grid/need.ts';
import { decideByClock } from '../../domain/petition/narrow.ts';
import { receptionContainer } from '../shared/container.ts';
import { createPlainTick } from '../shared/plain-commands.ts';
import { createHandler } from './handler.ts';

const { client, tables, commands, sessions, clock, records, reference } = receptionContainer(decideByClock);

export const handler = createHandler({
  commands,
  clock,
  tickNeed: createPlainTick({ records, reference, clock, calendar: statutoryCalendar }, needStream, (by, at) => {
    const command = { type: 'SweepServices', by, at } as const;
    return command;
  }),
  tickSession: sessions.tick,
  timers: new DynamoTimerStore({ client, ...tables }),
  state: new DynamoSweepState({ client, ...tables }),
});
