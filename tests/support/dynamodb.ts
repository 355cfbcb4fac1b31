/** A real DynamoDB for one test file: the embedded store, or whatever `AWS_ENDPOINT_URL_DYNAMODB` names. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DataKeys } from '../../adapters/data-keys.ts';
import type { Sealing } from '../../adapters/record-store.ts';
import { historyTable, petitionsTable, type TableShape } from '../../adapters/tables.ts';
import { freePort } from '../../local/ports.ts';

import { testKms } from './kms.ts';

const binary = new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url).pathname;

/** Milliseconds until the store must answer. */
const startLimit = 10_000;

export interface TestDynamoDb {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly petitionsTable: string;
  readonly historyTable: string;
  readonly sealing: Sealing;
  /** Ends the store and removes its data. */
  stop(): Promise<void>;
}

/** Starts a store of its own with both tables, empty. Call `stop` in `afterAll`. */
export async function startDynamoDb(): Promise<TestDynamoDb> {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const store = given === undefined ? await startEmbedded() : { endpoint: given, stop: async () => {} };
  const client = clientFor(store.endpoint);
  // A store that is shared between test files gives each of them tables of its own.
  const suffix = given === undefined ? '' : `-${crypto.randomUUID()}`;
  const names = { petitionsTable: `Petitions${suffix}`, historyTable: `History${suffix}` };
  await until(async () => {
    await client.send(new ListTablesCommand({}));
  });
  await createTable(client, names.petitionsTable, petitionsTable);
  await createTable(client, names.historyTable, historyTable);
  return {
    client,
    endpoint: store.endpoint,
    ...names,
    sealing: { keys: new DataKeys({ kms: testKms(), keyId: 'test' }), suite: 'aes-256-gcm' },
    async stop() {
      if (given !== undefined) {
        await client.send(new DeleteTableCommand({ TableName: names.petitionsTable }));
        await client.send(new DeleteTableCommand({ TableName: names.historyTable }));
      }
      client.destroy();
      await store.stop();
    },
  };
}

/** A client with the made-up credentials that every local store accepts. */
export const clientFor = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });

/** Creates one table with its indexes as `adapters/tables.ts` describes it, without the limits of real throughput. */
export async function createTable(client: DynamoDBClient, name: string, shape: TableShape): Promise<void> {
  const key = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const attributes = new Set([shape, ...shape.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]));
  await client.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: key(shape.partitionKey, shape.sortKey),
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: shape.indexes.map(({ name: IndexName, partitionKey, sortKey, include }) => ({
        IndexName,
        KeySchema: key(partitionKey, sortKey),
        Projection:
          include === undefined
            ? { ProjectionType: 'KEYS_ONLY' }
            : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...include] },
      })),
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: shape.stream },
    }),
  );
}

async function startEmbedded(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  if (!existsSync(binary))
    throw new Error(
      'The embedded DynamoDB exists for Linux x64 only: set AWS_ENDPOINT_URL_DYNAMODB to DynamoDB Local.',
    );
  const folder = await mkdtemp(join(tmpdir(), 'xinfang-test-'));
  const port = await freePort();
  const child = spawn(binary, ['serve', '--port', String(port), '--db-path', join(folder, 'store.db')], {
    stdio: 'ignore',
  });
  // Also when the test run is broken off: a store must not outlive it.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    async stop() {
      process.removeListener('exit', end);
      await kill(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function until(answers: () => Promise<void>): Promise<void> {
  const limit = Date.now() + startLimit;
  for (;;) {
    try {
      await answers();
      return;
    } catch (error) {
      if (Date.now() > limit) throw error;
      await sleep(25);
    }
  }
}
