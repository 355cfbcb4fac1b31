import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { OpenStageStore, Page, StreamRef } from '../domain/ports.ts';
import { DynamoDb } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { openStageKey, streamOf } from './keys.ts';
import { shardedPage } from './sharded-page.ts';

const OpenRow = z.object({ pk: z.string(), sk: z.string(), openStages: z.array(z.string()) });

export interface OpenStageStoreOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly onConsumed?: OnConsumed;
}

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
    const { items, cursor: next } = await shardedPage(
      {
        list: ['open-stages'],
        read: (shard, count, after) => this.#shard(shard, count, after),
        positionOf: ({ pk }) => [pk],
        positionLength: 1,
      },
      limit,
      cursor,
    );
    return {
      items: items.map(({ pk, openStages }) => ({ stream: streamOf(pk), openStages })),
      ...(next === undefined ? {} : { cursor: next }),
    };
  }

  async #shard(shard: number, limit: number, after?: readonly string[]) {
    const open = openStageKey(shard);
    const rows = await this.#db.query(
      {
        table: this.#table,
        index: 'openStages',
        where: '#open = :open',
        names: { '#open': 'open' },
        values: { ':open': open },
      },
      limit,
      after && { open, pk: after[0], sk: 'HEAD' },
    );
    return rows.map((row) => OpenRow.parse(row));
  }
}
