import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoCountLog } from '../../adapters/count-log.ts';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { beats } from '../../adapters/keys.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { InvalidCursor, StaleVersion } from '../../domain/errors.ts';
import type { PetitionEvent } from '../../domain/petition/petition.ts';
import type { StoredEvent } from '../../domain/ports.ts';
import type { Entry, Sheet } from '../../domain/statistics/entries.ts';
import { sheetOf } from '../../domain/statistics/sheet.ts';
import { neverCounted } from '../../domain/statistics/store.ts';
import { readFigures } from '../../domain/statistics/summary.ts';
import { recount } from '../../functions/shared/recount.ts';
import {
  acceptedPetition,
  units as allUnits,
  approvedAssignment,
  concludedPetition,
  directory,
  firstDay,
  noon,
  officers,
  routedPetition,
  rules,
} from '../support/builders.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { aPetition } from './builders.ts';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());

const entry = (unit: string, day: string, count = 1, figure: Entry['figure'] = 'registered'): Entry => ({
  unit,
  day,
  period: day.slice(0, 7),
  figure,
  count,
});
/** `yyyy-mm` so many months later. */
const plusMonths = (month: string, months: number): string => {
  const all = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + months;
  return `${String(Math.floor(all / 12))}-${String((all % 12) + 1).padStart(2, '0')}`;
};

const sheet = (...entries: readonly Entry[]): Sheet => ({ entries, repeats: [], receivedOn: '2026-03-02' });
const counted = (of: Sheet) => ({ sheet: of, broughtAgain: {}, tell: [] });

describe('counted sheets', () => {
  it('come back as they were put, and move the counters by what is different', async () => {
    const store = new DynamoFigureStore(db);
    const [one, other] = [aPetition(), aPetition()];
    const first = sheet(entry('a', '2026-03-02'), entry('a', '2026-03-02', 30, 'persons'), entry('b', '2026-04-01'));
    await store.replace([{ stream: one, before: neverCounted, after: counted(first) }]);
    await store.replace([{ stream: other, before: neverCounted, after: counted(sheet(entry('a', '2026-03-09'))) }]);
    expect(await store.counted(one)).toEqual({ ...counted(first), revision: 1 });
    expect(await store.figures('2026-03')).toEqual(new Map([['a', { registered: 2, persons: 30 }]]));

    const now = { ...sheet(entry('a', '2026-03-02')), repeats: ['X'] };
    const known = await store.counted(one);
    await store.replace([
      { stream: one, before: known, after: { sheet: now, broughtAgain: { Y: '2026-05-01' }, tell: ['Z'] } },
    ]);
    expect(await store.counted(one)).toEqual({
      sheet: now,
      broughtAgain: { Y: '2026-05-01' },
      tell: ['Z'],
      revision: 2,
    });
    // What has become zero is not told of.
    expect(await store.figures('2026-03', ['a', 'b'])).toEqual(new Map([['a', { registered: 2 }]]));
    expect(await store.figures('2026-04')).toEqual(new Map([['b', {}]]));
  });

  it('are not replaced by whoever read an older one, and nothing is counted then', async () => {
    const store = new DynamoFigureStore(db);
    const [one, other] = [aPetition(), aPetition()];
    const change = { stream: one, before: neverCounted, after: counted(sheet(entry('c', '2026-05-02'))) };
    await store.replace([change]);
    const together = { stream: other, before: neverCounted, after: counted(sheet(entry('c', '2026-05-03'))) };
    await expect(store.replace([together, change])).rejects.toBeInstanceOf(StaleVersion);
    expect(await store.figures('2026-05')).toEqual(new Map([['c', { registered: 1 }]]));
    expect((await store.counted(other)).revision).toBe(0);
  });

  it('lose no count when many come at the same time', async () => {
    const store = new DynamoFigureStore(db);
    await Promise.all(
      Array.from({ length: 12 }, () =>
        store.replace([
          { stream: aPetition(), before: neverCounted, after: counted(sheet(entry('d', '2026-06-02', 2))) },
        ]),
      ),
    );
    expect(await store.figures('2026-06')).toEqual(new Map([['d', { registered: 24 }]]));
  });
});

describe('a stream with more units and months than one transaction takes', () => {
  const need = { kind: 'need', id: '622901007-20100101-MANYMO' } as const;
  const days = Array.from({ length: 130 }, (_, month) => plusMonths('2010-01', month));
  const counted = (store: DynamoFigureStore, missed: readonly string[]) => {
    const facts = [
      { type: 'NeedReported', data: { id: need.id, unit: 'f', grid: {}, report: { reportedOn: '2010-01-01' } } },
      { type: 'ServicesDecided', data: { services: [{ service: 1, from: '2010-01-01' }] } },
      ...missed.map((month) => ({ type: 'ServicesMissed', data: { day: `${month}-03`, services: [1] } })),
    ] as unknown as StoredEvent[];
    const records = { load: async () => ({ version: facts.length, events: facts }) };
    return recount({ records, figures: store, context: async () => rules }, need);
  };
  const sums = async (store: DynamoFigureStore) => {
    const months = await Promise.all(days.map((month) => store.figures(month, ['f'])));
    return months.reduce((sum, found) => sum + (found.get('f')?.['services-missed'] ?? 0), 0);
  };

  it('is counted in several, to the same end, in and out', async () => {
    const store = new DynamoFigureStore(db);
    expect(await counted(store, days)).toBe(true);
    expect(await sums(store)).toBe(130);
    expect(await counted(store, days)).toBe(false);
    expect((await store.streamsIn('f', '2019-12', 2)).items).toHaveLength(1);
    expect(await counted(store, [])).toBe(true);
    expect(await sums(store)).toBe(0);
    expect((await store.streamsIn('f', '2019-12', 2)).items).toHaveLength(0);
  });
});

describe('what a figure costs', () => {
  const facts = (events: readonly PetitionEvent[]) =>
    events.map((fact) => ({ ...fact, at: noon(firstDay), actor: officers.officer })) as unknown as StoredEvent[];
  const others = { broughtAgain: {}, counts: () => false };
  /** What is filed when a matter of this day is open, and when it is closed. */
  const sheetOn = (events: readonly PetitionEvent[], later: number): Sheet => {
    const { entries, ...rest } = sheetOf('petition', facts(events), others, rules);
    return {
      ...rest,
      entries: entries.map((each) => {
        const day = plusDays(each.day, later);
        const [of] = each.figure.split('.');
        return each.period === 'open'
          ? { ...each, day, figure: `${String(of)}.${day.slice(0, 7)}` as Entry['figure'] }
          : { ...each, day, period: day.slice(0, 7) };
      }),
    };
  };
  /** Matters of so many months, opened and closed. */
  const load = async (store: DynamoFigureStore, months: number, perMonth: number) => {
    for (let month = 0; month < months; month += 1)
      for (let each = 0; each < perMonth; each += 1) {
        const stream = aPetition();
        await store.replace([{ stream, before: neverCounted, after: counted(sheetOn(acceptedPetition, -30 * month)) }]);
        const before = await store.counted(stream);
        await store.replace([{ stream, before, after: counted(sheetOn(concludedPetition, -30 * month)) }]);
      }
  };

  it('does not grow with closed cases: a matter, counted from its triage to its end, and a year that is read', async () => {
    const units = { read: 0, write: 0 };
    const store = new DynamoFigureStore({ ...db, onConsumed: (one) => (units[one.kind] += one.units) });
    const measured = async (work: () => Promise<unknown>) => {
      Object.assign(units, { read: 0, write: 0 });
      await work();
      return { ...units };
    };
    const life = async () => {
      const stream = aPetition();
      for (const events of [routedPetition, acceptedPetition, approvedAssignment, concludedPetition]) {
        const records = { load: async () => ({ version: events.length, events: facts(events) }) };
        await recount({ records, figures: store, context: async () => rules }, stream);
      }
    };
    const year = { unit: '622901', from: '2025-04', to: '2026-06', below: true };
    const read = () => readFigures(store, year, allUnits, directory);
    const first = { life: await measured(life), read: await measured(read) };
    await load(store, 12, 1);
    const few = { life: await measured(life), read: await measured(read) };
    await load(store, 12, 3);
    await load(store, 1, 120);
    const many = { life: await measured(life), read: await measured(read) };
    expect([many.life, many.read]).toEqual([few.life, few.read]);
    // What twelve months add is their keys in the counters of what is open; no case of them.
    expect(few.life.write / first.life.write).toBeLessThanOrEqual(1.25);
    expect(few.life.read).toBe(first.life.read);
  }, 60_000);
});

describe('the streams behind a number', () => {
  it('are found by unit and month, page by page, while something of them counts there', async () => {
    const store = new DynamoFigureStore(db);
    const streams = Array.from({ length: 7 }, aPetition);
    const there = counted(sheet(entry('e', '2026-07-02')));
    for (const stream of streams) await store.replace([{ stream, before: neverCounted, after: there }]);
    const [moved] = streams;
    if (!moved) throw new Error('None.');
    await store.replace([
      { stream: moved, before: await store.counted(moved), after: counted(sheet(entry('e', '2026-08-02'))) },
    ]);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.streamsIn('e', '2026-07', 2, cursor);
      found.push(...page.items.map(({ stream }) => stream.id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(
      streams
        .slice(1)
        .map(({ id }) => id)
        .sort(),
    );
    const page = await store.streamsIn('e', '2026-07', 2);
    await expect(store.streamsIn('e', '2026-08', 2, page.cursor)).rejects.toBeInstanceOf(InvalidCursor);
  });
});

describe('the log of counting', () => {
  const [earlier, now, later] = ['2026-03-02T04:00:00.000Z', '2026-03-02T04:01:00.000Z', '2026-03-02T04:02:00.000Z'];

  it('is as far as the slowest of its beats, and knows nothing before all came through', async () => {
    const log = new DynamoCountLog(db);
    await log.beat(now);
    expect(await log.progress()).toEqual({ uncounted: 0 });
    await log.heard(beats.slice(1).map((number) => ({ number, at: now })));
    expect(await log.progress()).toEqual({ uncounted: 0 });
    // Of two of the same number the later counts.
    await log.heard([
      { number: 0, at: earlier },
      { number: 0, at: later },
    ]);
    expect(await log.progress()).toEqual({ upTo: now, uncounted: 0 });
    await Promise.all(beats.map((number) => log.heard([{ number, at: later }])));
    expect(await log.progress()).toEqual({ upTo: later, uncounted: 0 });
  });

  it('keeps who waits, since when, until he is counted after the last time', async () => {
    const log = new DynamoCountLog(db);
    const [one, other] = [aPetition(), aPetition()];
    for (const stream of [one, other]) await log.postpone(stream, earlier);
    const [tried] = (await log.postponed()).filter(({ stream }) => stream.id === one.id);
    await log.postpone(one, now);
    expect((await log.progress()).uncounted).toBe(2);
    if (tried) await log.settle(tried);
    const waiting = await log.postponed();
    expect(waiting).toContainEqual({ stream: one, since: earlier, last: now });
    for (const each of waiting) await log.settle(each);
    expect(await log.postponed()).toEqual([]);
  });
});
