/** Reads a table's stream from a checkpoint that is kept in a file. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, ServiceError } from './aws-json.ts';
import type { JsonObject } from './intrinsics.ts';
import { writeWhole } from './whole-file.ts';

const SAVE_EVERY_MS = 1000;

/** Most records of one read. */
export const READ_LIMIT = 1000;

export interface StreamRecord {
  readonly dynamodb: { readonly SequenceNumber: string; readonly ApproximateCreationDateTime?: number } & JsonObject;
}

/** Position of a mapping in a stream of one shard that never closes. */
export async function openStream(endpoint: string, table: string, folder: string, name: string) {
  const streams = <T>(operation: string, input: object) =>
    call<T>(endpoint, `DynamoDBStreams_20120810.${operation}`, input);
  const described = await call<{ Table: { LatestStreamArn: string } }>(endpoint, 'DynamoDB_20120810.DescribeTable', {
    TableName: table,
  });
  const StreamArn = described.Table.LatestStreamArn;
  const file = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let last = readCheckpoint(file, StreamArn);
  let done = last;
  let saved = last;
  let savedAt = 0;
  let iterator: string | undefined;

  const seek = async () => {
    const { StreamDescription } = await streams<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn },
    );
    const ShardId = StreamDescription.Shards.at(-1)?.ShardId;
    if (ShardId === undefined) return undefined;
    const from =
      last === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last };
    return (await streams<{ ShardIterator: string }>('GetShardIterator', { StreamArn, ShardId, ...from }))
      .ShardIterator;
  };

  return {
    read: async (): Promise<readonly StreamRecord[]> => {
      iterator ??= await seek();
      if (iterator === undefined) return [];
      try {
        const page = await streams<{ Records: StreamRecord[]; NextShardIterator?: string }>('GetRecords', {
          ShardIterator: iterator,
          Limit: READ_LIMIT,
        });
        iterator = page.NextShardIterator;
        last = page.Records.at(-1)?.dynamodb.SequenceNumber ?? last;
        return page.Records;
      } catch (error) {
        // Older than the store keeps: the horizon is the closest there is, and repeats are harmless.
        if (error instanceof ServiceError && error.name === 'TrimmedDataAccessException') done = undefined;
        throw error;
      }
    },
    /** Back to the first record that is not done. */
    rewind: () => {
      iterator = undefined;
      last = done;
    },
    /** What was read needs no repeat. */
    done: () => {
      done = last;
    },
    /** Writes the checkpoint at most once a second, unless it must: repeats after a crash are harmless. */
    save: (must = false) => {
      if (done === saved || (!must && Date.now() - savedAt < SAVE_EVERY_MS)) return;
      writeWhole(file, JSON.stringify({ StreamArn, last: done }));
      saved = done;
      savedAt = Date.now();
    },
  };
}

function readCheckpoint(file: string, streamArn: string): string | undefined {
  try {
    const { StreamArn, last } = JSON.parse(readFileSync(file, 'utf8'));
    return StreamArn === streamArn ? last : undefined;
  } catch {
    return undefined; // none yet, or lost: read from the horizon
  }
}
