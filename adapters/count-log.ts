import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { StreamRef } from '../domain/ports.ts';
import type { Beat, CountLog, CountProgress, Postponed } from '../domain/statistics/progress.ts';
import { DynamoDb, toItem } from './dynamodb.ts';
import type { FigureStoreOptions } from './figures.ts';
import { beatKey, beats, heardBeatsKey, streamKey, streamOf, uncountedKey } from './keys.ts';

const PostponedItem = z.object({ sk: z.string(), since: z.string(), last: z.string() });

/** More are not told apart. */
const toldAtMost = 100;

/** Beats of one minute come through every part of the table at the same time. */
const contentionRounds = 6;

const fieldOf = (beat: number): string => `b${String(beat)}`;

/** What `count` keeps of its own work, beside the counters in the Petitions table. */
export class DynamoCountLog implements CountLog {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({ client, petitionsTable, onConsumed }: FigureStoreOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  async postpone(stream: StreamRef, at: string): Promise<void> {
    await this.#write([
      {
        Update: {
          TableName: this.#table,
          Key: toItem(uncountedKey(streamKey(stream))),
          UpdateExpression: 'SET since = if_not_exists(since, :at), #last = :at REMOVE expiresAt',
          ExpressionAttributeNames: { '#last': 'last' },
          ExpressionAttributeValues: toItem({ ':at': at }),
        },
      },
    ]);
  }

  async postponed(): Promise<readonly Postponed[]> {
    return (await this.#waiting()).map(({ sk, since, last }) => ({ stream: streamOf(sk), since, last }));
  }

  async settle({ stream, last }: Postponed): Promise<void> {
    // Postponed anew, it goes on waiting.
    await this.#write([
      {
        // Removed by the table itself: whoever counts may remove nothing.
        Update: {
          TableName: this.#table,
          Key: toItem(uncountedKey(streamKey(stream))),
          UpdateExpression: 'SET expiresAt = :then REMOVE since',
          ConditionExpression: '#last = :last',
          ExpressionAttributeNames: { '#last': 'last' },
          ExpressionAttributeValues: toItem({ ':last': last, ':then': Math.floor(Date.parse(last) / 1000) }),
        },
      },
    ]);
  }

  async beat(at: string): Promise<void> {
    await this.#write(
      beats.map((number) => ({
        Put: { TableName: this.#table, Item: toItem({ ...beatKey(number), number, at }) },
      })),
    );
  }

  async heard(beats: readonly Beat[]): Promise<void> {
    const latest = new Map<number, string>();
    for (const { number, at } of beats) if (at > (latest.get(number) ?? '')) latest.set(number, at);
    if (latest.size === 0) return;
    const numbers = [...latest.keys()];
    await this.#write([
      {
        Update: {
          TableName: this.#table,
          Key: toItem(heardBeatsKey),
          UpdateExpression: `SET ${numbers.map((number) => `${fieldOf(number)} = :${fieldOf(number)}`).join(', ')}`,
          ExpressionAttributeValues: toItem(
            Object.fromEntries(numbers.map((number) => [`:${fieldOf(number)}`, latest.get(number)])),
          ),
        },
      },
    ]);
  }

  async progress(): Promise<CountProgress> {
    const [[heard], waiting] = await Promise.all([
      this.#db.batchGet(this.#table, [heardBeatsKey]),
      this.#waiting(toldAtMost),
    ]);
    const at = beats.map((number) => heard?.[fieldOf(number)]).filter((each) => typeof each === 'string');
    const upTo = at.length < beats.length ? undefined : at.sort()[0];
    return { ...(upTo === undefined ? {} : { upTo }), uncounted: waiting.length };
  }

  async #waiting(limit?: number): Promise<readonly z.infer<typeof PostponedItem>[]> {
    const items = await this.#db.query(
      {
        table: this.#table,
        where: 'pk = :pk',
        values: { ':pk': uncountedKey('').pk },
        filter: 'attribute_exists(since)',
      },
      limit,
    );
    return items.map((item) => PostponedItem.parse(item));
  }

  /** Inside a transaction, as whoever counts may write. Answers whether every condition held. @throws Unavailable */
  #write(items: TransactWriteItem[]): Promise<boolean> {
    return this.#db.transact(items, contentionRounds, 'Others are writing what was counted.');
  }
}
