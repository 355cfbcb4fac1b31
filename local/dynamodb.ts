/** The record's store: an embedded DynamoDB on one file, in a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { call, ServiceError } from './aws-json.ts';
import type { JsonObject } from './intrinsics.ts';
import { isAlive, markOf, type ProcessMark } from './lock.ts';
import { freePort } from './ports.ts';
import type { LocalResource } from './template.ts';

export interface Store {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts the store of a data folder, after ending one that a killed parent left behind. With `AWS_ENDPOINT_URL_DYNAMODB`
 * set, that one is used instead (DynamoDB Local, say) and nothing is started.
 */
export async function startStore(folder: string, onExit: (code: number | null) => void): Promise<Store> {
  const elsewhere = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (elsewhere !== undefined && elsewhere !== '') return { endpoint: elsewhere, stop: async () => {} };

  const markFile = join(folder, 'store.json');
  const database = join(folder, 'store.db');
  await endLeftover(markFile, database);
  const port = await freePort();
  const log = openSync(join(folder, 'store.log'), 'a', 0o600);
  const child = spawn(storeProgram(), ['serve', '--port', String(port), '--db-path', database], {
    stdio: ['ignore', 'ignore', log],
    // Its own group: an interrupt from the keyboard must reach us first, so that we stop before the store does.
    detached: true,
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  if (child.pid !== undefined) writeFileSync(markFile, JSON.stringify(markOf(child.pid)));
  let stopping = false;
  child.once('exit', (code) => {
    if (!stopping) onExit(code);
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([failed, untilAnswering(endpoint)]);
  indexStreamRecords(database);
  return {
    endpoint,
    stop: async () => {
      stopping = true;
      await end(child);
      rmSync(markFile, { force: true });
    },
  };
}

/**
 * The store looks for the latest record of a stream at every write, by a scan that grows with the stream: at 6,000
 * records it takes two thirds of a write's time. An index of ours beside its tables keeps writes as fast as at first.
 */
function indexStreamRecords(database: string): void {
  const file = new DatabaseSync(database, { timeout: 5000 });
  try {
    file.exec(`
      CREATE INDEX IF NOT EXISTS stream_by_table
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
      CREATE INDEX IF NOT EXISTS stream_by_shard
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));`);
  } catch (error) {
    // Another version of the store may keep its streams otherwise; it works without.
    console.warn(`[store] ${String(error)}`);
  } finally {
    file.close();
  }
}

/** Creates a table of the template if the store does not have it. */
export async function ensureTable(endpoint: string, table: LocalResource): Promise<void> {
  const properties = table.properties;
  const dynamodb = (operation: string, input: object) =>
    call<JsonObject>(endpoint, `DynamoDB_20120810.${operation}`, input);
  const existing = await dynamodb('DescribeTable', { TableName: table.name }).catch((error: unknown) => {
    if (!(error instanceof ServiceError) || error.name !== 'ResourceNotFoundException') throw error;
    return undefined;
  });
  if (existing !== undefined) {
    await addMissingIndexes(dynamodb, table, existing.Table as JsonObject);
    return;
  }
  const stream = properties.StreamSpecification as JsonObject | undefined;
  await dynamodb('CreateTable', {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes,
    LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
    ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, ...stream } }),
  });
  const expiry = properties.TimeToLiveSpecification as JsonObject | undefined;
  if (expiry !== undefined)
    await dynamodb('UpdateTimeToLive', { TableName: table.name, TimeToLiveSpecification: expiry });
}

/** A data folder of an earlier version keeps its data and gets the indexes that have come since. */
async function addMissingIndexes(
  dynamodb: (operation: string, input: object) => Promise<JsonObject>,
  { name, properties }: LocalResource,
  existing: JsonObject,
): Promise<void> {
  const namesIn = (indexes: unknown) => ((indexes ?? []) as JsonObject[]).map(({ IndexName }) => IndexName);
  const known = new Set(namesIn(existing.GlobalSecondaryIndexes));
  for (const index of (properties.GlobalSecondaryIndexes ?? []) as JsonObject[]) {
    if (known.has(index.IndexName ?? null)) continue;
    await dynamodb('UpdateTable', {
      TableName: name,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    });
  }
}

function storeProgram(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}/dynoxide`;
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `There is no embedded store for ${process.platform}-${process.arch}. ` +
        'Start DynamoDB Local and set AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000.',
    );
  }
}

/** Two stores on one file would not see each other's writes, so the old one has to be gone before the new one opens it. */
async function endLeftover(markFile: string, database: string): Promise<void> {
  if (!existsSync(markFile)) return;
  let mark: ProcessMark;
  try {
    mark = JSON.parse(readFileSync(markFile, 'utf8'));
  } catch {
    return; // cut short by a crash before anything was started with it
  }
  if (!isAlive(mark) || !runs(mark.pid, database)) return;
  process.kill(mark.pid, 'SIGTERM');
  for (let waited = 0; isAlive(mark); waited += 20) {
    if (waited >= 2000) process.kill(mark.pid, 'SIGKILL');
    if (waited >= 5000) throw new Error(`The store left behind (process ${mark.pid}) does not end`);
    await delay(20);
  }
}

/** Whether the process is a store on this file, as far as the system tells. */
function runs(pid: number, database: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(database);
  } catch {
    return process.platform !== 'linux';
  }
}

async function untilAnswering(endpoint: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await call(endpoint, 'DynamoDB_20120810.ListTables', {});
      return;
    } catch (error) {
      if (error instanceof ServiceError || Date.now() > deadline) throw error;
      await delay(10);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
  await exited;
  clearTimeout(timer);
}
