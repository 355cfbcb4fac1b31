import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { defaultConfiguration, receptionPeriods } from '../../../domain/configuration.ts';
import { dutiesOf, dutyPeriod, type PublishedDay } from '../../../domain/reception/duty.ts';
import {
  decideRota,
  evolveRota,
  initialRota,
  type Rota,
  type RotaCommand,
  type RotaEntry,
  rotaStream,
} from '../../../domain/reception/rota.ts';
import { noon, officers, rules } from '../../support/builders.ts';
import { givenPlain } from '../../support/given.ts';

const entry = (leader: string, from: string, to?: string): RotaEntry => ({
  leader,
  leaderName: `${leader}某`,
  post: '副镇长',
  portfolio: '民政',
  from,
  ...(to === undefined ? {} : { to }),
});
const issued = (day: string) => ({ by: officers.officer, at: noon(day) });
const define = (leaders: readonly RotaEntry[], unit = '622901007'): RotaCommand => ({
  type: 'DefineRota',
  unit,
  leaders,
  ...issued('2026-03-02'),
});
const given = givenPlain(rotaStream);
const defined = decideRota(
  define([entry('a', '2026-03-01'), entry('b', '2026-03-01', '2026-03-31')]),
  initialRota,
  rules,
);

describe('a rota of receiving leaders', () => {
  it('is begun with those who receive, in their order', () =>
    given()
      .when(define([entry('a', '2026-03-01')]))
      .thenEvents(
        { type: 'RotaDefined', data: { unit: '622901007' } },
        { type: 'LeaderEnrolled', data: { entry: 1, ...entry('a', '2026-03-01') } },
      ));

  it('belongs to the unit whose leaders receive, and there is one', () => {
    given()
      .when(define([entry('a', '2026-03-01')], '622901007-zx'))
      .thenRefused('rule-violated', { pointer: '/unit' });
    given()
      .when(define([entry('a', '2026-03-01')], 'nowhere'))
      .thenRefused('unknown-unit', { pointer: '/unit' });
    given(...defined)
      .when(define([entry('c', '2026-03-01')]))
      .thenRefused('already-decided');
  });

  it('has a leader once at a time, and again after his time', () => {
    given()
      .when(define([entry('a', '2026-03-01'), entry('a', '2026-04-01')]))
      .thenRefused('already-decided', { pointer: '/leaders/1/leader' });
    const again = (from: string) => ({ type: 'EnrolLeader', ...entry('b', from), ...issued('2026-03-02') }) as const;
    given(...defined)
      .when(again('2026-03-31'))
      .thenRefused('already-decided', { pointer: '/leader' });
    given(...defined)
      .when(again('2026-04-01'))
      .thenTypes('LeaderEnrolled');
    given(...defined)
      .when({ ...again('2026-05-01'), to: '2026-04-30' })
      .thenRefused('rule-violated', { pointer: '/to' });
  });

  it('lets no leader end his own turns: a second person does', () => {
    const release = (id: string): RotaCommand => ({
      type: 'ReleaseLeader',
      entry: 1,
      to: '2026-03-10',
      reason: '调任',
      by: { ...officers.officer, id },
      at: noon('2026-03-10'),
    });
    given(...defined)
      .when(release('a'))
      .thenRefused('own-proposal', { basis: 'R18' });
    given(...defined)
      .when(release('b'))
      .thenTypes('LeaderReleased');
  });

  it('lets nobody off afterwards', () => {
    const release = (number: number, to: string) =>
      ({ type: 'ReleaseLeader', entry: number, to, reason: '调任', ...issued('2026-03-10') }) as const;
    given(...defined)
      .when(release(1, '2026-03-08'))
      .thenRefused('rule-violated', { pointer: '/to' });
    given(...defined)
      .when(release(1, '2026-03-09'))
      .thenState((rota) => expect(rota.entries[0]?.to).toBe('2026-03-09'));
    given(...defined)
      .when(release(2, '2026-03-31'))
      .thenRefused('already-decided', { pointer: '/to' });
    given(...defined)
      .when(release(3, '2026-03-31'))
      .thenRefused('not-found');
  });
});

describe('the period of a duty', () => {
  it.each([
    ['week', '2026-03-02', '2026-03-02', '2026-03-08'],
    ['week', '2026-03-08', '2026-03-02', '2026-03-08'],
    ['week', '2026-01-01', '2025-12-29', '2026-01-04'],
    ['month', '2026-02-28', '2026-02-01', '2026-02-28'],
    ['month', '2028-02-10', '2028-02-01', '2028-02-29'],
    ['quarter', '2026-12-31', '2026-10-01', '2026-12-31'],
    ['half-year', '2026-06-30', '2026-01-01', '2026-06-30'],
    ['half-year', '2026-07-01', '2026-07-01', '2026-12-31'],
  ] as const)('a %s of %s is from %s to %s', (every, day, from, to) =>
    expect(dutyPeriod(every, day)).toEqual({ from, to }),
  );

  it('cuts time into periods without gap or overlap', () => {
    const days = fc.integer({ min: 0, max: 4000 }).map((index) => plusDays('2020-01-01', index));
    fc.assert(
      fc.property(fc.constantFrom(...receptionPeriods), days, (every, day) => {
        const { from, to } = dutyPeriod(every, day);
        expect(from <= day && day <= to).toBe(true);
        expect([dutyPeriod(every, from), dutyPeriod(every, to)]).toEqual([
          { from, to },
          { from, to },
        ]);
        expect(dutyPeriod(every, plusDays(to, 1)).from).toBe(plusDays(to, 1));
      }),
    );
  });
});

describe('how often by default', () => {
  it('is of the national opinion of 2014, and names it', () => {
    expect(defaultConfiguration.receptionDuty.map(({ level, every, days }) => [level, every, days])).toEqual([
      ['prefecture', 'quarter', 1],
      ['county', 'month', 1],
      ['township', 'week', 1],
    ]);
    for (const { source } of defaultConfiguration.receptionDuty) expect(source).toContain('2014');
  });
});

const weekly = { every: 'week', days: 1 } as const;
const day = (date: string, leader: string, ...receivedBy: readonly string[]): PublishedDay => ({
  id: `S-${date}-${leader}`,
  leader,
  date,
  receivedBy,
});
const rota = defined.reduce(evolveRota, initialRota);
const dutiesIn = (
  days: readonly PublishedDay[],
  today: string,
  of: Pick<Rota, 'entries'> = rota,
  duty: { every: 'week'; days: number } = weekly,
) => Object.fromEntries(dutiesOf(of, days, duty, '2026-03-11', today).map((each) => [each.leader, each]));

describe('who owes a day', () => {
  it('is everybody on the rota until he has received', () => {
    expect(dutiesIn([], '2026-03-10').a).toMatchObject({ asked: 1, held: 0, owed: 1, unplanned: 1, failed: false });
    expect(dutiesIn([day('2026-03-12', 'a')], '2026-03-10').a).toMatchObject({ ahead: 1, owed: 1, unplanned: 0 });
    expect(dutiesIn([day('2026-03-09', 'a', 'a')], '2026-03-10').a).toMatchObject({ held: 1, owed: 0, unplanned: 0 });
  });

  it('is the leader who was announced and had somebody stand in, not the one who did', () => {
    const { a, b } = dutiesIn([day('2026-03-09', 'b', 'b')], '2026-03-10');
    expect([a?.owed, b?.owed]).toEqual([1, 0]);
  });

  it('is also he of whom nobody has said that he was there', () =>
    expect(dutiesIn([day('2026-03-09', 'a')], '2026-03-10').a).toMatchObject({ unconfirmed: 1, held: 0, owed: 1 }));

  it('two sessions of one day are one day', () => {
    const both = [day('2026-03-09', 'a', 'a'), { ...day('2026-03-09', 'a', 'a'), id: 'other' }];
    expect(dutiesIn(both, '2026-03-10', rota, { every: 'week', days: 2 }).a).toMatchObject({ held: 1, owed: 1 });
  });

  it('has failed when the period is over', () => {
    expect(dutiesIn([], '2026-03-15').a?.failed).toBe(false);
    expect(dutiesIn([], '2026-03-16').a?.failed).toBe(true);
  });

  it('nobody is asked who came or left within the period; a new post is no break, nor is to leave and come back', () => {
    const with_ = (...entries: readonly RotaEntry[]) => dutiesIn([], '2026-03-10', { entries });
    expect(with_(entry('a', '2026-03-10')).a?.asked).toBe(0);
    expect(with_(entry('a', '2026-01-01', '2026-03-14')).a?.asked).toBe(0);
    expect(with_(entry('a', '2026-01-01', '2026-03-08')).a).toBeUndefined();
    expect(with_(entry('a', '2026-01-01', '2026-03-11'), entry('a', '2026-03-12')).a?.asked).toBe(1);
    expect(with_(entry('a', '2026-01-01', '2026-03-11'), entry('a', '2026-03-13')).a?.asked).toBe(1);
  });

  it('equals a count made day by day, whatever the rota and the days', () => {
    const leaders = ['a', 'b', 'c'];
    const anyDay = fc.integer({ min: 0, max: 40 }).map((index) => plusDays('2026-02-20', index));
    const anyEntry = fc
      .record({ leader: fc.constantFrom(...leaders), from: anyDay, length: fc.option(fc.nat(30), { nil: undefined }) })
      .map(({ leader, from, length }) =>
        entry(leader, from, length === undefined ? undefined : plusDays(from, length)),
      );
    const anySession = fc.record({
      id: fc.uuid(),
      leader: fc.constantFrom(...leaders),
      date: anyDay,
      receivedBy: fc.subarray(leaders),
    });
    fc.assert(
      fc.property(
        fc.array(anyEntry, { maxLength: 8 }),
        fc.array(anySession, { maxLength: 25 }),
        fc.constantFrom(...receptionPeriods),
        fc.integer({ min: 1, max: 4 }),
        anyDay,
        anyDay,
        (wished, sessions, every, number, on, today) => {
          let state = initialRota;
          for (const each of wished) {
            try {
              const command =
                state.unit === ''
                  ? define([each])
                  : ({ type: 'EnrolLeader', ...each, ...issued('2026-03-02') } as const);
              state = decideRota(command, state, rules).reduce(evolveRota, state);
            } catch {
              // The leader is on the rota then.
            }
          }
          const { from, to } = dutyPeriod(every, on);
          const period: string[] = [];
          for (let each = from; each <= to; each = plusDays(each, 1)) period.push(each);
          const listed = (leader: string, date: string) =>
            state.entries.some((each) => each.leader === leader && each.from <= date && date <= (each.to ?? '9999'));
          const counted = dutiesOf(state, sessions, { every, days: number }, on, today);
          expect(new Set(counted.map(({ leader }) => leader))).toEqual(
            new Set(leaders.filter((leader) => period.some((date) => listed(leader, date)))),
          );
          for (const each of counted) {
            const { leader } = each;
            const asked = [from, to].every((date) => listed(leader, date)) ? number : 0;
            const was = (date: string) => sessions.some((one) => one.date === date && one.receivedBy.includes(leader));
            const announced = (date: string) =>
              !was(date) && sessions.some((one) => one.date === date && one.leader === leader);
            const held = period.filter(was).length;
            const ahead = period.filter((date) => announced(date) && date >= today).length;
            expect(each).toMatchObject({
              asked,
              held,
              ahead,
              unconfirmed: period.filter((date) => announced(date) && date < today).length,
              owed: Math.max(0, asked - held),
              unplanned: Math.max(0, asked - held - ahead),
              failed: asked > held && today > to,
            });
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a leader who owes a day', () => {
  // A town: one day every week, and days of warning as before other short limits.
  const monday = '2026-03-09';
  const clock = { id: 'clock', unit: '', role: 'system' };
  const rota = decideRota(define([entry('a', '2026-03-01'), entry('b', '2026-03-01')]), initialRota, rules).reduce(
    evolveRota,
    initialRota,
  );
  const sweep = (state: Rota, today: string, ...days: readonly PublishedDay[]) => {
    const command: RotaCommand = { type: 'SweepDuties', days, by: clock, at: noon(today) };
    const events = decideRota(command, state, rules);
    return { events, state: events.reduce(evolveRota, state) };
  };
  const held = (leader: string, date: string): PublishedDay => ({ id: `S${date}`, leader, date, receivedBy: [leader] });
  const waits = (state: Rota) =>
    rotaStream.tasks(state, rules as never).map(({ step, audience, due }) => [step, audience, due]);
  const timer = (state: Rota) => rotaStream.head(state, rules as never).timer;
  const thursday = plusDays(monday, 3);
  const sunday = plusDays(monday, 6);

  it('is reminded some days before the period ends, on his worklist and on that of his office', () => {
    const before = sweep(rota, plusDays(monday, 2)).state;
    expect(waits(before)).toEqual([]);
    expect(timer(before)).toBe(thursday);
    expect(sweep(before, plusDays(monday, 2)).events).toEqual([]);
    const { state } = sweep(before, thursday, held('b', monday));
    expect(waits(state)).toEqual([
      ['hold-reception-day', 'person@a', sunday],
      ['arrange-reception-day', 'petition-officer@622901007-zx', sunday],
    ]);
    // Looked at on every pass until he was there.
    expect(timer(state)).toBe(thursday);
    expect(sweep(state, thursday, held('b', monday)).events).toEqual([]);
  });

  it('is reminded no more when he was there, when he is released, or when the period is over', () => {
    const { state } = sweep(rota, thursday);
    const there = sweep(state, plusDays(thursday, 1), held('a', thursday));
    expect(there.events).toEqual([{ type: 'ReminderEnded', data: { leader: 'a', because: 'held' } }]);
    expect(waits(there.state).map(([, audience]) => audience)).toEqual(['person@b', 'petition-officer@622901007-zx']);
    const release: RotaCommand = { type: 'ReleaseLeader', entry: 2, to: thursday, reason: '调离', ...issued(thursday) };
    const released = sweep(decideRota(release, state, rules).reduce(evolveRota, state), thursday);
    expect(released.events).toEqual([{ type: 'ReminderEnded', data: { leader: 'b', because: 'released' } }]);
    const over = sweep(there.state, plusDays(monday, 7));
    expect(over.events).toEqual([{ type: 'ReminderEnded', data: { leader: 'b', because: 'over' } }]);
    expect([waits(over.state), timer(over.state)]).toEqual([[], plusDays(thursday, 7)]);
  });

  it('is one of those whom the overview of duties names, whatever days were held', () => {
    const day = fc.integer({ min: 0, max: 6 }).map((each) => plusDays(monday, each));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), day)), day, (some, today) => {
        const days = some.map(([leader, date]) => held(leader, date));
        const duty = { every: 'week', days: 1 } as const;
        const owing = dutiesOf(rota, days, duty, today, today).flatMap(({ leader, owed }) =>
          owed > 0 ? [leader] : [],
        );
        const { state } = sweep(rota, today, ...days);
        expect(state.reminded?.leaders).toEqual(today >= thursday ? owing : []);
        expect(sweep(state, today, ...days).events).toEqual([]);
      }),
    );
  });

  it('is nobody at a level of which nothing is asked', () => {
    const free = { ...rules, configuration: { ...rules.configuration, receptionDuty: [] } };
    const command: RotaCommand = { type: 'SweepDuties', days: [], by: clock, at: noon(sunday) };
    expect(decideRota(command, rota, free)).toEqual([]);
    expect(rotaStream.head(rota, free as never).timer).toBeUndefined();
  });
});
