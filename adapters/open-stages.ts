import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { InvalidCursor } from '../domain/errors.ts';
import type { OpenStageStore, Page, StreamRef } from '../domain/ports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DynamoDb } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { openStageKey, openStageShards, streamOf } from './keys.ts';

const OpenRow = z.object({ pk: z.string(), sk: z.string(), openStages: z.array(z.string()) });

export interface OpenStageStoreOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly onConsumed?: OnConsumed;
}

const list = ['open-stages'];

/** Streams with open stages, shard after shard. */
export class DynamoOpenStageStore implements OpenStageStore {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({ client, petitionsTable, onConsumed }: OpenStageStoreOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  /** @throws InvalidCursor, Unavailable */
  async openStages(
    limit: number,
    cursor?: string,
  ): Promise<Page<{ stream: StreamRef; openStages: readonly string[] }>> {
    const [from, after] = cursor === undefined ? ['0'] : decodeCursor(list, cursor, 2);
    if (!/^[0-7]$/.test(from ?? '')) throw new InvalidCursor('The cursor does not belong to this list.');
    const rows: (z.infer<typeof OpenRow> & { shard: number })[] = [];
    for (let shard = Number(from); shard < openStageShards && rows.length <= limit; shard += 1) {
      const open = openStageKey(shard);
      const start = after !== undefined && shard === Number(from) ? { open, pk: after, sk: 'HEAD' } : undefined;
      const found = await this.#db.query(
        {
          table: this.#table,
          index: 'openStages',
          where: '#open = :open',
          names: { '#open': 'open' },
          values: { ':open': open },
        },
        limit + 1 - rows.length,
        start,
      );
      for (const row of found) rows.push({ ...OpenRow.parse(row), shard });
    }
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map(({ pk, openStages }) => ({ stream: streamOf(pk), openStages })),
      ...(last === undefined ? {} : { cursor: encodeCursor(list, [String(last.shard), last.pk]) }),
    };
  }
}
