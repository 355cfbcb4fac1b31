import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { historyTable, petitionsTable } from '../adapters/tables.ts';
import { startStore } from '../local/dynamodb.ts';
import { clientFor, createTable } from '../tests/support/dynamodb.ts';

export interface BenchStore {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly historyTable: string;
  stop(): Promise<void>;
}

/** An embedded store as the local machine starts it, with both tables, empty. */
export async function startBenchStore(): Promise<BenchStore> {
  const folder = await mkdtemp(join(tmpdir(), 'xinfang-bench-'));
  const store = await startStore(folder, (code) => {
    throw new Error(`The store ended unexpectedly with ${String(code)}.`);
  });
  const client = clientFor(store.endpoint);
  const names = { petitionsTable: 'Petitions', historyTable: 'History' };
  await createTable(client, names.petitionsTable, petitionsTable);
  await createTable(client, names.historyTable, historyTable);
  return {
    endpoint: store.endpoint,
    client,
    ...names,
    stop: async () => {
      client.destroy();
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
