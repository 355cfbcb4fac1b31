import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { Refusal } from '../../../domain/errors.ts';
import { type Grid, type GridCommand, gridOn, gridPosts, gridStream, postOn } from '../../../domain/grid/grid.ts';
import { needStream } from '../../../domain/grid/need.ts';
import type { Need, NeedCommand, NeedEvent } from '../../../domain/grid/need-state.ts';
import { needStatus } from '../../../domain/grid/need-views.ts';
import { fallsOn, type Recurrence, serviceCounts } from '../../../domain/grid/services.ts';
import { foldPlain, type PlainStream } from '../../../domain/plain-stream.ts';
import { calendar, firstDay, rules } from '../../support/builders.ts';
import {
  boundary,
  define,
  grid,
  gridCommand,
  needCommand,
  people,
  plan,
  recordServices,
  reportNeed,
  sweepOn,
} from '../../support/grid.ts';

const runs = { numRuns: 80 };
/** A number at hand for every choice, and how many days pass before it. */
const choices = fc.array(
  fc.record({
    pick: fc.nat(9999),
    number: fc.integer({ min: 1, max: 4 }),
    other: fc.nat(40),
    days: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.integer({ min: 8, max: 40 }) },
    ),
  }),
  { maxLength: 40, size: 'max' },
);
type Choice = { pick: number; number: number; other: number; days: number };

/** Plays random commands, right and wrong ones; after each, the state before and after, and the facts. */
function* lives<
  S extends { readonly version: number },
  C extends { type: string },
  E extends { type: string; data: object },
>(
  stream: PlainStream<S, C & never, E>,
  begin: C,
  commandsOn: (day: string, choice: Choice) => readonly C[],
  taken: readonly Choice[],
): Generator<{ before: S; events: readonly E[]; after: S; day: string; command: C }> {
  let state = stream.initial;
  let day = firstDay;
  const play = (command: C) => {
    const before = state;
    let events: readonly E[] = [];
    try {
      events = stream.decide(command as never, state, rules);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    state = events.reduce(stream.evolve, state);
    return { before, events, after: state, day, command };
  };
  yield play(begin);
  for (const choice of taken) {
    day = plusDays(day, choice.days);
    const commands = commandsOn(day, choice);
    const command = commands[choice.pick % commands.length];
    if (command) yield play(command);
  }
}

const gridCommands = (day: string, { number, other }: Choice): readonly GridCommand[] => {
  const someday = plusDays(day, other - 10);
  const officer = `w${String(number % 3)}`;
  return [
    gridCommand('RedrawGrid', day, { boundary, validFrom: someday, reason: '调整' }),
    gridCommand('CloseGrid', day, { validTo: someday, reason: '合并' }),
    gridCommand('AppointGridWorker', day, { officer, post: gridPosts[number % 4] ?? '网格长', from: someday }),
    gridCommand('AppointGridWorker', day, {
      officer,
      post: '兼职网格员',
      from: someday,
      to: plusDays(someday, number * 5),
    }),
    gridCommand('EndGridAppointment', day, { appointment: number, to: someday, reason: '换岗' }),
  ];
};

/** Days on which something of these lives can happen. */
const span = Array.from({ length: 500 }, (_, index) => plusDays('2025-12-20', index));
const officers = ['w0', 'w1', 'w2'];
const forever = '9999-12-31';

describe('whatever happens to a grid', () => {
  const always = (check: (move: { before: Grid; after: Grid; day: string; history: readonly object[] }) => void) =>
    fc.assert(
      fc.property(choices, (taken) => {
        const history: object[] = [];
        for (const { before, after, day, events } of lives<Grid, GridCommand, never>(
          gridStream as never,
          define(),
          gridCommands,
          taken,
        )) {
          history.push(...events);
          check({ before, after, day, history });
        }
      }),
      runs,
    );

  it('there is one boundary on a day at most, and one post of a person', () => {
    always(({ after }) => {
      const overlaps = (periods: readonly { from: string; to?: string }[]) =>
        periods.filter((one, index) =>
          periods
            .slice(index + 1)
            .some((other) => one.from <= (other.to ?? forever) && other.from <= (one.to ?? forever)),
        );
      const drawn = after.versions.map(({ validFrom: from, validTo: to = forever }) => ({ from, to }));
      expect(overlaps(drawn)).toEqual([]);
      for (const officer of officers) {
        expect(overlaps(after.appointments.filter((each) => each.officer === officer))).toEqual([]);
      }
    });
  });

  it('what held on a day that has passed holds on it for ever', () => {
    always(({ before, after, day }) => {
      if (before.version === 0 || after === before) return;
      const past = span.filter((each) => each < plusDays(day, -1));
      const redrawn = past.filter((each) => gridOn(after, each)?.validFrom !== gridOn(before, each)?.validFrom);
      // A late appointment is entered for days that have passed; none is taken back.
      const dismissed = past.filter((each) =>
        officers.some((officer) => {
          const post = postOn(before, officer, each);
          return post !== undefined && postOn(after, officer, each) !== post;
        }),
      );
      expect([...redrawn, ...dismissed]).toEqual([]);
    });
  });

  it('a replay out of the record gives the same grid', () => {
    always(({ after, history }) => {
      const reread = JSON.parse(JSON.stringify(history)) as never[];
      expect(foldPlain<Grid, never>(gridStream as never, reread)).toEqual(after);
    });
  });
});

const recurrences: readonly Recurrence[] = [
  { every: 'day' },
  { every: 'working-day' },
  { every: 'week', weekdays: [2, 5] },
];

const needCommands = (day: string, { number, other, pick }: Choice): readonly NeedCommand[] => {
  const someday = plusDays(day, -(other % 6));
  const recurrence = recurrences[pick % 3] ?? { every: 'day' };
  return [
    needCommand('ResolveLocally', day, { how: '送餐', resolvedOn: someday }),
    needCommand(
      'DecideServices',
      day,
      {
        decision: '送餐',
        decidedOn: day,
        services: [plan(`H${String(number)}`, { recurrence, from: day, until: plusDays(day, other) })],
      },
      people.village,
    ),
    recordServices(someday, { done: [number] }, day),
    recordServices(someday, { done: [1, 2, 3] }, day),
    recordServices(someday, { missed: [{ service: number, reason: '不在家' }] }, day),
    sweepOn(day),
    sweepOn(day),
    needCommand('ExplainMissed', day, { day: someday, account: '已补' }, people.village),
    needCommand('EndServices', day, { services: [number], lastDay: someday, reason: '搬离' }, people.village),
    needCommand('PromoteNeed', day, {
      petition: 'P1',
      petitioner: { form: 'anonymous' },
      consent: { givenOn: someday, how: '同意' },
    }),
  ];
};

describe('whatever happens to a need', () => {
  const always = (
    check: (move: {
      before: Need;
      after: Need;
      day: string;
      command: NeedCommand;
      history: readonly NeedEvent[];
    }) => void,
  ) =>
    fc.assert(
      fc.property(choices, (taken) => {
        const history: NeedEvent[] = [];
        const begin = reportNeed({ grid }, firstDay);
        for (const { before, after, day, command, events } of lives<Need, NeedCommand, NeedEvent>(
          needStream as never,
          begin,
          needCommands,
          taken,
        )) {
          history.push(...events);
          check({ before, after, day, command, history });
        }
      }),
      runs,
    );

  it('these lives come everywhere', () => {
    const wanted = new Set<string>([
      'NeedReported',
      'NeedResolvedLocally',
      'ServicesDecided',
      'ServicesRecorded',
      'ServicesMissed',
      'MissedExplained',
      'ServicesEnded',
      'NeedPromoted',
      'done-after-all',
    ]);
    for (const taken of fc.sample(choices, { numRuns: 400, seed: 1 })) {
      const begin = reportNeed({ grid }, firstDay);
      for (const { events, after } of lives<Need, NeedCommand, NeedEvent>(
        needStream as never,
        begin,
        needCommands,
        taken,
      )) {
        for (const { type } of events) wanted.delete(type);
        for (const { days } of after.services) for (const each of Object.values(days)) wanted.delete(each);
      }
    }
    expect([...wanted]).toEqual([]);
  });

  it('it is open, met on the spot or a petition, never both, and never open again', () => {
    always(({ before, after }) => {
      expect(after.resolved !== undefined && after.promoted !== undefined).toBe(false);
      if (needStatus(before) !== 'open') expect(needStatus(after)).toBe(needStatus(before));
    });
  });

  it('what is told of a day is of a day on which the service fell, counted by the facts alone', () => {
    always(({ after, history }) => {
      for (const service of after.services) {
        for (const day of Object.keys(service.days)) {
          // An end that came later does not undo what was done.
          expect(fallsOn({ ...service, until: '9999-12-31' }, day, calendar)).toBe(true);
        }
      }
      const last = new Map<string, 'done' | 'missed'>();
      for (const { type, data } of history) {
        if (type === 'ServicesRecorded') {
          for (const each of data.done) last.set(`${data.day}#${String(each)}`, 'done');
          for (const { service } of data.missed) last.set(`${data.day}#${String(service)}`, 'missed');
        }
        if (type === 'ServicesMissed')
          for (const each of data.services) last.set(`${data.day}#${String(each)}`, 'missed');
      }
      const recount = [...last.values()];
      expect(serviceCounts(after.services)).toEqual({
        done: recount.filter((each) => each === 'done').length,
        missed: recount.filter((each) => each === 'missed').length,
      });
    });
  });

  it('after a sweep no day that is over is left untold, and a second sweep says nothing', () => {
    always(({ after, command, day }) => {
      if (command.type !== 'SweepServices') return;
      const grace = rules.configuration.serviceRecords.days;
      const untold = after.services.flatMap((service) =>
        span.filter(
          (each) =>
            each < plusDays(day, -grace) && fallsOn(service, each, calendar) && service.days[each] === undefined,
        ),
      );
      // More than one pass takes at once is left to the next.
      if (untold.length > 0)
        expect(needStream.head(after, rules).timer ?? forever).toSatisfy((each: string) => each <= day);
      else expect(needStream.decide(sweepOn(day), after, rules)).toEqual([]);
    });
  });

  it('the timer comes exactly when a sweep would find something, and whoever could do it has it on the list', () => {
    always(({ after }) => {
      const { timer } = needStream.head(after, rules);
      const steps = needStream.tasks(after, rules).map(({ step }) => step);
      expect(steps.includes('provide-services')).toBe(timer !== undefined);
      expect(steps.includes('explain-missed')).toBe(after.unexplained.length > 0);
      expect(steps.includes('handle-need')).toBe(needStatus(after) === 'open');
      if (timer === undefined) return;
      expect(needStream.decide(sweepOn(plusDays(timer, -1)), after, rules)).toEqual([]);
      expect(needStream.decide(sweepOn(timer), after, rules)).not.toEqual([]);
    });
  });

  it('a replay out of the record gives the same need', () => {
    always(({ after, history }) => {
      const reread = JSON.parse(JSON.stringify(history)) as NeedEvent[];
      expect(foldPlain<Need, NeedEvent>(needStream, reread)).toEqual(after);
    });
  });
});
