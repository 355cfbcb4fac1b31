/**
 * What the buckets tell through EventBridge: the template's rules with an event pattern, whose targets are functions.
 * An event is on the disk before its object is there and goes only once every target has run or its dead letter is kept,
 * so each object is told at least once.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { matches } from './filter-pattern.ts';
import type { Functions } from './functions.ts';
import type { Json, JsonObject } from './intrinsics.ts';
import { type BucketFiles, type ObjectVersion, writeWhole } from './object-files.ts';
import type { Queues } from './queues.ts';
import { ACCOUNT, type LocalResource, REGION } from './template.ts';

/** How many events are told at a time. */
const LANES = 2;
/** AWS pauses longer; whoever sits before this machine would not wait for that. */
const LONGEST_RETRY_PAUSE_MS = 1000;

interface Pending {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly seq: number;
}

export interface ObjectEvents {
  /** Notes that the version is about to be there. */
  expect(bucket: string, version: ObjectVersion): void;
  /** Tells it. */
  created(bucket: BucketFiles, version: ObjectVersion, reason: string): void;
  /** Tells what a crash left untold, and what comes. */
  start(to: { readonly functions: Functions; readonly queues: Queues }): void;
  close(): Promise<void>;
}

/** @param rules `AWS::Events::Rule` with an event pattern */
export function objectEvents(
  folder: string,
  rules: readonly LocalResource[],
  buckets: ReadonlyMap<string, BucketFiles>,
): ObjectEvents {
  const directory = join(folder, '.events');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const fileOf = ({ bucket, seq }: Pick<Pending, 'bucket' | 'seq'>) => join(directory, `${bucket}.${seq}.json`);
  const targets = rules.flatMap(({ properties }) =>
    ((properties.Targets ?? []) as readonly JsonObject[]).map((target) => ({
      pattern: properties.EventPattern as JsonObject,
      functionArn: String(target.Arn),
      retries: Number((target.RetryPolicy as JsonObject | undefined)?.MaximumRetryAttempts ?? 185),
      deadLetters: (target.DeadLetterConfig as JsonObject | undefined)?.Arn,
    })),
  );
  const closing = new AbortController();
  const waiting: { readonly pending: Pending; readonly reason: string }[] = [];
  const running = new Set<Promise<void>>();
  let to: { readonly functions: Functions; readonly queues: Queues } | undefined;

  const tell = async ({ pending, reason }: (typeof waiting)[number]): Promise<void> => {
    const version = buckets.get(pending.bucket)?.find(pending.key, pending.versionId);
    if (to !== undefined && version !== undefined && version.seq === pending.seq) {
      const event = objectCreated(pending.bucket, version, reason);
      for (const target of targets)
        if (matches(target.pattern, event as Json)) await deliver(target, event as JsonObject, to);
    }
    if (!closing.signal.aborted) rmSync(fileOf(pending), { force: true });
  };

  const deliver = async (
    { functionArn, retries, deadLetters }: (typeof targets)[number],
    event: JsonObject,
    { functions, queues }: NonNullable<typeof to>,
  ): Promise<void> => {
    for (let attempt = 1; !closing.signal.aborted; attempt += 1) {
      try {
        await functions.invoke(functionArn, event);
        return;
      } catch (error) {
        if (closing.signal.aborted) return;
        console.error(`[objects] ${functions.nameOf(functionArn)} failed: ${error}`);
        if (attempt > retries) {
          if (deadLetters !== undefined) queues.send(String(deadLetters), event);
          return;
        }
        const pause = Math.min(50 * 2 ** attempt, LONGEST_RETRY_PAUSE_MS);
        await delay(pause, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };

  const next = (): void => {
    while (to !== undefined && running.size < LANES && !closing.signal.aborted) {
      const one = waiting.shift();
      if (one === undefined) return;
      const told: Promise<void> = tell(one)
        .catch((error) => console.error('[objects]', error))
        .finally(() => {
          running.delete(told);
          next();
        });
      running.add(told);
    }
  };

  return {
    expect: (bucket, { key, versionId, seq }) => {
      if (targets.length === 0) return;
      const pending: Pending = { bucket, key, versionId, seq };
      writeWhole(fileOf(pending), JSON.stringify(pending), join(directory, randomUUID()));
    },
    created: (bucket, { key, versionId, seq }, reason) => {
      if (targets.length === 0) return;
      waiting.push({ pending: { bucket: bucket.name, key, versionId, seq }, reason });
      next();
    },
    start: (reached) => {
      to = reached;
      const told = new Set(waiting.map(({ pending }) => fileOf(pending)));
      for (const name of readdirSync(directory)) {
        const file = join(directory, name);
        if (!name.endsWith('.json')) rmSync(file);
        else if (!told.has(file) && existsSync(file))
          waiting.push({ pending: JSON.parse(readFileSync(file, 'utf8')) as Pending, reason: 'PutObject' });
      }
      next();
    },
    close: async () => {
      closing.abort();
      await Promise.all(running);
    },
  };
}

/** As S3 sends it to EventBridge. */
function objectCreated(
  bucket: string,
  { key, size, etag, versionId, seq, lastModified }: ObjectVersion,
  reason: string,
) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT,
    time: lastModified.replace(/\.\d+/, ''),
    region: REGION,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, 'version-id': versionId, sequencer: seq.toString(16).padStart(16, '0') },
      requester: ACCOUNT,
      reason,
    },
  };
}
