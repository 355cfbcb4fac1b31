import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Page, StreamRef, TimerStore } from '../domain/ports.ts';
import { DynamoDb } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { streamOf, timerKey } from './keys.ts';
import { shardedPage } from './sharded-page.ts';

const TimerRow = z.object({ pk: z.string(), timer: z.string() });

export interface TimerStoreOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly onConsumed?: OnConsumed;
}

/** Streams whose timer has come, shard after shard, earliest day first within a shard. */
export class DynamoTimerStore implements TimerStore {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({ client, petitionsTable, onConsumed }: TimerStoreOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  /** @throws InvalidCursor, Unavailable */
  async dueTimers(until: string, limit: number, cursor?: string): Promise<Page<{ stream: StreamRef; timer: string }>> {
    const { items, cursor: next } = await shardedPage(
      {
        list: ['timers', until],
        read: (shard, count, after) => this.#shard(shard, until, count, after),
        positionOf: ({ timer, pk }) => [timer, pk],
        positionLength: 2,
      },
      limit,
      cursor,
    );
    return {
      items: items.map(({ pk, timer }) => ({ stream: streamOf(pk), timer })),
      ...(next === undefined ? {} : { cursor: next }),
    };
  }

  async #shard(shard: number, until: string, limit: number, after?: readonly string[]) {
    const timers = timerKey(shard);
    const rows = await this.#db.query(
      {
        table: this.#table,
        index: 'timers',
        where: 'timers = :timers AND timer <= :until',
        values: { ':timers': timers, ':until': until },
      },
      limit,
      after && { timers, timer: after[0], pk: after[1], sk: 'HEAD' },
    );
    return rows.map((row) => TimerRow.parse(row));
  }
}
