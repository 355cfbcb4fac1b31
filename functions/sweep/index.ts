import { statutoryCalendar } from '../../adapters/calendar.ts';
import { DynamoSweepState } from '../../adapters/sweep-state.ts';
import { DynamoTimerStore } from '../../adapters/timers.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { needStream } from '../../domain/grid/need.ts';
import { decideByClock } from '../../domain/petition/narrow.ts';
import { dutyPeriod } from '../../domain/reception/duty.ts';
import { dutyOfUnit, rotaStream } from '../../domain/reception/rota.ts';
import { whistleStream } from '../../domain/whistle/whistle.ts';
import { containerWith } from '../shared/container.ts';
import { createPlainTick } from '../shared/plain-commands.ts';
import { publishedDays } from '../shared/published-days.ts';
import { contextSource } from '../shared/rules-context.ts';
import { isSealedNow } from '../shared/sealed-behind.ts';
import { createBookingClock } from './booking-clock.ts';
import { createHandler } from './handler.ts';
import { createRefiling, filing } from './refiling.ts';
import { createSessionClock } from './session-clock.ts';

const { client, tables, commands, clock, records, reference } = containerWith(decideByClock);

const context = contextSource({ reference, calendar: statutoryCalendar });
const plain = { records, reference, clock, calendar: statutoryCalendar };

const sessions = createSessionClock({ ...plain, decide: decideByClock });

export const handler = createHandler({
  commands,
  clock,
  tickNeed: createPlainTick(plain, needStream, (by, at) => {
    const command = { type: 'SweepServices', by, at } as const;
    return command;
  }),
  tickRota: createPlainTick(plain, rotaStream, async (by, at, { unit }) => {
    const duty = dutyOfUnit(unit, await context());
    const days = duty ? await publishedDays(records, unit, dutyPeriod(duty.every, legalDay(at))) : [];
    const command = { type: 'SweepDuties', days, by, at } as const;
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
  tickBooking: createBookingClock({ records, clock, context }),
  tickSession: sessions.tick,
  recountSession: sessions.recount,
  refile: createRefiling(records, context),
  filing,
  timers: new DynamoTimerStore({ client, ...tables }),
  state: new DynamoSweepState({ client, ...tables }),
});
