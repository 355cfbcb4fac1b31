import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { InvalidCursor } from '../domain/errors.ts';
import type { Page, StreamRef, TimerStore } from '../domain/ports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DynamoDb } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { openStageShards, streamOf, timerKey } from './keys.ts';

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
    const list = ['timers', until];
    const [from, timer, pk] = cursor === undefined ? ['0'] : decodeCursor(list, cursor, 3);
    if (!/^[0-7]$/.test(from ?? '')) throw new InvalidCursor('The cursor does not belong to this list.');
    const rows: (z.infer<typeof TimerRow> & { shard: number })[] = [];
    for (let shard = Number(from); shard < openStageShards && rows.length <= limit; shard += 1) {
      const timers = timerKey(shard);
      const start = timer !== undefined && shard === Number(from) ? { timers, timer, pk, sk: 'HEAD' } : undefined;
      const found = await this.#db.query(
        {
          table: this.#table,
          index: 'timers',
          where: 'timers = :timers AND timer <= :until',
          values: { ':timers': timers, ':until': until },
        },
        limit + 1 - rows.length,
        start,
      );
      for (const row of found) rows.push({ ...TimerRow.parse(row), shard });
    }
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map((row) => ({ stream: streamOf(row.pk), timer: row.timer })),
      ...(last === undefined ? {} : { cursor: encodeCursor(list, [String(last.shard), last.timer, last.pk]) }),
    };
  }
}
