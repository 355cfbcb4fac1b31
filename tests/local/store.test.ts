import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../../local/aws-json.ts';
import { ensureTable, type Store, startStore } from '../../local/dynamodb.ts';
import type { LocalResource } from '../../local/template.ts';

const key = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
const table = (properties: object) => ({ name: 'Things', properties }) as unknown as LocalResource;
const first = {
  AttributeDefinitions: [key('pk')],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};
const second = {
  ...first,
  AttributeDefinitions: [key('pk'), key('colour')],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'colours',
      KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'xinfang-store-'));
let store: Store;

beforeAll(async () => {
  store = await startStore(folder, () => {});
});

afterAll(async () => {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('keeps the data of an earlier version and gives it the indexes that have come since', async () => {
  await ensureTable(store.endpoint, table(first));
  const item = { pk: { S: 'one' }, colour: { S: 'red' } };
  await call(store.endpoint, 'DynamoDB_20120810.PutItem', { TableName: 'Things', Item: item });

  for (const start of [1, 2]) {
    await ensureTable(store.endpoint, table(second));
    const found = await call(store.endpoint, 'DynamoDB_20120810.Query', {
      TableName: 'Things',
      IndexName: 'colours',
      KeyConditionExpression: 'colour = :colour',
      ExpressionAttributeValues: { ':colour': { S: 'red' } },
    });
    expect(found, `start ${String(start)}`).toMatchObject({ Count: 1 });
  }
});
