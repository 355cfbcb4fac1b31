/**
 * The template's event source mappings: reads a table's stream and invokes a function with batches of its records, in
 * order. The checkpoint moves only after a batch is done, so a crash repeats records and never skips one.
 */

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Chances, disturb, numbersOf } from './disturbance.ts';
import { matches } from './filter-pattern.ts';
import type { Functions } from './functions.ts';
import type { Json, JsonObject } from './intrinsics.ts';
import type { Queues } from './queues.ts';
import { openStream, READ_LIMIT, type StreamRecord } from './stream-reader.ts';
import { type LocalResource, REGION } from './template.ts';

/** Polls are close together for a while after something happened. */
const BUSY_POLL_MS = 20;
const IDLE_POLL_MS = 200;
const BUSY_FOR_MS = 1000;
/** AWS pauses up to a minute; whoever sits before this machine would not wait for that. */
const LONGEST_RETRY_PAUSE_MS = 1000;

export interface Mapping {
  readonly name: string;
  /** Looks at the stream at once. */
  wake(): void;
  pause(paused: boolean): void;
  /** Loses, doubles, delays and reorders records from now on, by the chances given; none: no longer. */
  disturb(chances: Chances, seed: number): void;
  readonly counts: { delivered: number; failedInvocations: number; deadLetters: number };
  /** What `disturb` has done. */
  readonly disturbed: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export interface MappingContext {
  readonly folder: string;
  readonly endpoint: string;
  readonly tables: readonly LocalResource[];
  readonly functions: Functions;
  readonly queues: Queues;
}

/** Starts one mapping. */
export function startMapping(resource: LocalResource, context: MappingContext): Mapping {
  const settings = settingsOf(resource, context);
  const { name } = settings;
  const counts = { delivered: 0, failedInvocations: 0, deadLetters: 0 };
  const closing = new AbortController();
  let paused = false;
  let disturbance = disturb<StreamRecord>({}, () => 1);
  let busyUntil = 0;
  let wakeUp = () => {};

  const rest = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const deliver = async (records: readonly StreamRecord[]): Promise<void> => {
    for (let rest = records; rest.length > 0 && !closing.signal.aborted; ) {
      const batch = rest.slice(0, settings.batchSize);
      await settle(batch, 0);
      rest = rest.slice(batch.length);
    }
  };

  /** Invokes until every record of the batch is delivered or dead. */
  const settle = async (batch: readonly StreamRecord[], attempt: number): Promise<void> => {
    const failedFrom = await invoke(batch);
    if (failedFrom === undefined) return;
    const remaining = batch.slice(failedFrom);
    if (closing.signal.aborted) return;
    // Progress starts a new count, as on AWS.
    const attempts = failedFrom > 0 ? 1 : attempt + 1;
    if (settings.maximumRetries >= 0 && attempts > settings.maximumRetries && remaining.length === 1)
      return bury(remaining, attempts);
    await retryPause(attempts);
    if (settings.bisect && remaining.length > 1) {
      const middle = Math.ceil(remaining.length / 2);
      await settle(remaining.slice(0, middle), attempts);
      return settle(remaining.slice(middle), attempts);
    }
    if (settings.maximumRetries >= 0 && attempts > settings.maximumRetries) return bury(remaining, attempts);
    return settle(remaining, attempts);
  };

  /** Index of the first record that failed; undefined if all went well. */
  const invoke = async (batch: readonly StreamRecord[]): Promise<number | undefined> => {
    try {
      const answer = await context.functions.invoke(settings.functionArn, { Records: batch });
      const failed = settings.partialFailures
        ? ((answer as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures ?? [])
        : [];
      const first = batch.findIndex(({ dynamodb }) =>
        failed.some(({ itemIdentifier }) => itemIdentifier === dynamodb.SequenceNumber),
      );
      const done = failed.length === 0 ? undefined : Math.max(first, 0);
      counts.delivered += done ?? batch.length;
      if (done !== undefined) counts.failedInvocations += 1;
      return done;
    } catch (error) {
      counts.failedInvocations += 1;
      console.error(`[${name}] batch failed: ${error}`);
      return 0;
    }
  };

  /** Longer each time, and not cut short by a wake-up: nothing new has happened to these records. */
  const retryPause = (attempts: number) =>
    delay(Math.min(50 * 2 ** attempts, LONGEST_RETRY_PAUSE_MS), undefined, { signal: closing.signal }).catch(() => {});

  const bury = (records: readonly StreamRecord[], attempts: number) => {
    counts.deadLetters += records.length;
    if (settings.deadLetters === undefined) return;
    context.queues.send(settings.deadLetters, {
      requestContext: {
        functionArn: settings.functionArn,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: attempts,
      },
      version: '1.0',
      timestamp: new Date().toISOString(),
      DDBStreamBatchInfo: {
        startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
        endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
        batchSize: records.length,
        streamArn: settings.sourceArn,
      },
    });
  };

  const wanted = (record: StreamRecord): boolean =>
    settings.filters.length === 0 || settings.filters.some((one) => matches(one, record as unknown as Json));

  const run = async () => {
    const stream = await openStream(context.endpoint, settings.table.name, join(context.folder, 'checkpoints'), name);
    /** A checkpoint that cannot be written means repeats after the next start, no more. */
    const save = (must = false): void => {
      try {
        stream.save(must);
      } catch (error) {
        console.error(`[${name}] checkpoint: ${error}`);
      }
    };
    while (!closing.signal.aborted) {
      try {
        const records = paused ? [] : await stream.read();
        if (paused && records.length > 0) {
          stream.rewind(); // paused while it was reading
        } else {
          await deliver(
            disturbance
              .pass(records.filter(wanted))
              .map((record) => ({ ...record, eventSourceARN: settings.sourceArn, awsRegion: REGION })),
          );
          if (closing.signal.aborted) break; // some of them may not have been delivered
          if (records.length > 0) {
            stream.done();
            busyUntil = Date.now() + BUSY_FOR_MS;
          }
          if (records.length === READ_LIMIT) continue;
        }
      } catch (error) {
        stream.rewind();
        if (!closing.signal.aborted) console.error(`[${name}] stream: ${error}`);
      }
      save();
      if (!closing.signal.aborted) await rest(Date.now() < busyUntil ? BUSY_POLL_MS : IDLE_POLL_MS);
    }
    save(true);
  };
  const finished = run();

  return {
    name,
    counts,
    wake: () => {
      busyUntil = Date.now() + BUSY_FOR_MS;
      wakeUp();
    },
    pause: (value) => {
      paused = value;
    },
    disturb: (chances, seed) => {
      disturbance = disturb(chances, numbersOf(seed));
    },
    get disturbed() {
      return disturbance.counts;
    },
    close: async () => {
      closing.abort();
      wakeUp();
      await finished;
    },
  };
}

function settingsOf({ logicalId, properties }: LocalResource, { tables, functions }: MappingContext) {
  const sourceArn = String(properties.EventSourceArn);
  const table = tables.find(({ arn }) => sourceArn.startsWith(`${arn}/stream/`));
  if (table === undefined) throw new Error(`${logicalId}: ${sourceArn} is not a table's stream`);
  const filters = ((properties.FilterCriteria as JsonObject | undefined)?.Filters ?? []) as readonly JsonObject[];
  const destination = (properties.DestinationConfig as JsonObject | undefined)?.OnFailure as JsonObject | undefined;
  const functionArn = String(properties.FunctionName);
  return {
    name: functions.nameOf(functionArn),
    functionArn,
    sourceArn,
    table,
    batchSize: Number(properties.BatchSize ?? 100),
    maximumRetries: Number(properties.MaximumRetryAttempts ?? -1),
    bisect: properties.BisectBatchOnFunctionError === true,
    partialFailures: ((properties.FunctionResponseTypes ?? []) as readonly Json[]).includes('ReportBatchItemFailures'),
    deadLetters: destination === undefined ? undefined : String(destination.Destination),
    filters: filters.map(({ Pattern }) => JSON.parse(String(Pattern)) as JsonObject),
  };
}
