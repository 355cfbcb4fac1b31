import { randomUUID } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoAttempts } from '../../adapters/attempts.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';

let db: TestDynamoDb;
let attempts: DynamoAttempts;
beforeAll(async () => {
  db = await startDynamoDb();
  attempts = new DynamoAttempts(db);
});
afterAll(() => db.stop());

describe('failed attempts at a query code', () => {
  it('are counted with whoever failed, until their window ends', async () => {
    const number = randomUUID();
    expect(await attempts.failed(number, 1000)).toBeUndefined();
    expect(await attempts.fail(number, 'a', 1000, 1900)).toBe(1);
    expect(await attempts.fail(number, 'b', 1500, 2400)).toBe(2);
    expect(await attempts.fail(number, 'a', 1899, 2799)).toBe(3);
    expect(await attempts.failed(number, 1899)).toEqual({ count: 3, callers: ['a', 'b'], windowEnds: 1900 });
    expect(await attempts.failed(number, 1900)).toBeUndefined();
    expect(await attempts.fail(number, 'c', 1900, 2800)).toBe(1);
    expect(await attempts.failed(number, 1900)).toEqual({ count: 1, callers: ['c'], windowEnds: 2800 });
  });

  it('are all counted when they come at once, from many processes', async () => {
    const number = randomUUID();
    const counts = await Promise.all(
      Array.from({ length: 30 }, (_, i) => new DynamoAttempts(db).fail(number, `c${String(i % 3)}`, 1000, 1900)),
    );
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect((await attempts.failed(number, 1000))?.callers.length).toBe(3);
  });

  it('disappear with the time to live of the table', async () => {
    const number = randomUUID();
    await attempts.fail(number, 'a', 1000, 1900);
    const { Item } = await db.client.send(
      new GetItemCommand({ TableName: db.petitionsTable, Key: { pk: { S: `TRY#${number}` }, sk: { S: 'FAILED' } } }),
    );
    expect(Item?.expiresAt?.N).toBe('1900');
  });
});
