import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../adapters/cursor.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoTimerStore } from '../../adapters/timers.ts';
import { InvalidCursor } from '../../domain/errors.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { aPetition, aWrite } from './builders.ts';

const today = '2026-06-10';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());

describe('streams whose timer has come', () => {
  it('are all found, page by page over the shards, without those that wait for a later day or for none', async () => {
    const store = new DynamoRecordStore(db);
    const commit = async (timer?: string) => {
      const stream = aPetition();
      const head = { summary: {}, openStages: [], ...(timer === undefined ? {} : { timer }) };
      await store.commit([aWrite(stream, { head })]);
      return `${stream.id} ${timer}`;
    };
    // Many on one day: only the stream's key tells them apart.
    const due = await Promise.all(
      Array.from({ length: 30 }, (_, index) => commit(index % 3 === 0 ? '2026-06-01' : today)),
    );
    await Promise.all([commit('2026-06-11'), commit('2027-01-01'), commit()]);

    for (const limit of [1, 7, 30, 100]) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await new DynamoTimerStore(db).dueTimers(today, limit, cursor);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        expect(page.items.length).toBeGreaterThan(0);
        for (const { stream, timer } of page.items) found.push(`${stream.id} ${timer}`);
        expect(found.length).toBeLessThanOrEqual(due.length);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found.toSorted()).toEqual(due.toSorted());
    }
  });

  it('refuse a cursor that names no shard, and one of another day', async () => {
    const store = new DynamoTimerStore(db);
    for (const cursor of [
      encodeCursor(['timers', today], ['8', today, 'P#x']),
      encodeCursor(['timers', '2026-06-11'], ['0', today, 'P#x']),
    ]) {
      await expect(store.dueTimers(today, 1, cursor)).rejects.toBeInstanceOf(InvalidCursor);
    }
  });
});
