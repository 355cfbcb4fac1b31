import { statutoryCalendar } from '../../adapters/calendar.ts';
import { DynamoSweepState } from '../../adapters/sweep-state.ts';
import { DynamoTimerStore } from '../../adapters/timers.ts';
import { needStream } from '../../domain/grid/need.ts';
import { decideByClock } from '../../domain/petition/narrow.ts';
import { whistleStream } from '../../domain/whistle/whistle.ts';
import { receptionContainer } from '../shared/container.ts';
import { createPlainTick } from '../shared/plain-commands.ts';
import { isSealedNow } from '../shared/sealed-behind.ts';
import { createHandler } from './handler.ts';

const { client, tables, commands, sessions, clock, records, reference } = receptionContainer(decideByClock);

const plain = { records, reference, clock, calendar: statutoryCalendar };

export const handler = createHandler({
  commands,
  clock,
  tickNeed: createPlainTick(plain, needStream, (by, at) => {
    const command = { type: 'SweepServices', by, at } as const;
    return command;
  }),
  tickWhistle: createPlainTick(plain, whistleStream, async (by, at, { content }) => {
    const command = { type: 'SweepWhistle', sealed: await isSealedNow(records, content?.petition), by, at } as const;
    return command;
  }),
  recountWhistle: (id, calendar) =>
    createPlainTick(plain, whistleStream, (by, at) => {
      const command = { type: 'RecountWhistle', calendar, by, at } as const;
      return command;
    })(id),
  tickSession: sessions.tick,
  timers: new DynamoTimerStore({ client, ...tables }),
  state: new DynamoSweepState({ client, ...tables }),
});
