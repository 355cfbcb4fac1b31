import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../adapters/cursor.ts';
import { openStageShard } from '../../adapters/keys.ts';
import { DynamoOpenStageStore } from '../../adapters/open-stages.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { InvalidCursor } from '../../domain/errors.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { aPetition, aWrite } from './builders.ts';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());

describe('streams with open stages', () => {
  it('are all found, page by page over the shards, without those that have ended', async () => {
    const store = new DynamoRecordStore(db);
    const openStages = ['intake#1', 'mediation#2'];
    const streams = Array.from({ length: 30 }, aPetition);
    for (const stream of streams) await store.commit([aWrite(stream, { head: { summary: {}, openStages } })]);
    const [ended, ...rest] = streams;
    if (!ended) throw new Error('Streams were made.');
    await store.commit([aWrite(ended, { expectedVersion: 1 })]);

    for (const limit of [1, 7, 29, 100]) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await new DynamoOpenStageStore(db).openStages(limit, cursor);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        expect(page.items.length).toBeGreaterThan(0);
        for (const item of page.items) {
          expect(item.openStages).toEqual(openStages);
          found.push(item.stream.id);
        }
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found.toSorted()).toEqual(rest.map(({ id }) => id).toSorted());
    }
  });

  it('are spread over all shards', () => {
    const shards = new Set(Array.from({ length: 200 }, () => openStageShard(`P#${aPetition().id}`)));
    expect(shards.size).toBe(8);
  });

  it('refuse a cursor that names no shard', async () => {
    const cursor = encodeCursor(['open-stages'], ['8', 'P#x']);
    await expect(new DynamoOpenStageStore(db).openStages(1, cursor)).rejects.toBeInstanceOf(InvalidCursor);
  });
});
