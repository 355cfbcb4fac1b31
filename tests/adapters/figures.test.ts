import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { InvalidCursor, StaleVersion } from '../../domain/errors.ts';
import type { Entry, Sheet } from '../../domain/statistics/entries.ts';
import { neverCounted } from '../../domain/statistics/store.ts';
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
