/** DynamoDB requests in terms of plain objects, with failures mapped and consumed units reported. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type ConsumedCapacity,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Unavailable } from '../domain/errors.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { available } from './failures.ts';
import type { Key } from './keys.ts';

/** An item as stored: never trusted before a schema has parsed it. */
export type RawItem = Record<string, unknown>;

export interface Query {
  readonly table: string;
  readonly index?: string;
  /** e.g. `pk = :pk AND begins_with(sk, :sk)`. */
  readonly where: string;
  readonly values: Readonly<Record<string, string>>;
  /** Applied after reading: what it drops is paid for. */
  readonly filter?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly attributes?: string;
  /** A table is read consistently unless this is false. */
  readonly consistent?: false;
}

export const toItem = (value: object): Record<string, AttributeValue> =>
  marshall(value, { removeUndefinedValues: true });

const batchReadLimit = 100;
const batchWriteLimit = 25;
const batchRounds = 6;

/** Waits before another round: 25 ms doubled per round, with full jitter. */
export const backOff = async (round: number): Promise<void> => {
  await sleep(Math.random() * 25 * 2 ** round);
};

const contentionRounds = 5;

/** Repeats a single write that meets somebody's transaction on the same item. @throws Unavailable when that lasts */
export async function despiteContention<T>(write: () => Promise<T>): Promise<T> {
  for (let round = 0; round < contentionRounds; round += 1) {
    if (round > 0) await backOff(round);
    try {
      return await available(write);
    } catch (error) {
      if (!(error instanceof TransactionConflictException)) throw error;
    }
  }
  throw new Unavailable('The item is being written by others.');
}

export class DynamoDb {
  readonly client: DynamoDBClient;
  readonly #onConsumed: OnConsumed | undefined;

  constructor(client: DynamoDBClient, onConsumed?: OnConsumed) {
    this.client = client;
    this.#onConsumed = onConsumed;
  }

  consumed(kind: 'read' | 'write', capacity: ConsumedCapacity | readonly ConsumedCapacity[] | undefined): void {
    if (this.#onConsumed === undefined || capacity === undefined) return;
    const parts = 'length' in capacity ? capacity : [capacity];
    this.#onConsumed({ kind, units: parts.reduce((sum, part) => sum + (part.CapacityUnits ?? 0), 0) });
  }

  /**
   * Writes in one transaction, again while others write the same items. Answers whether every condition held.
   * @param others what is said when that lasts @throws Unavailable
   */
  async transact(items: TransactWriteItem[], rounds: number, others: string): Promise<boolean> {
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) await backOff(round);
      try {
        const { ConsumedCapacity } = await available(() =>
          this.client.send(new TransactWriteItemsCommand({ TransactItems: items, ReturnConsumedCapacity: 'TOTAL' })),
        );
        this.consumed('write', ConsumedCapacity);
        return true;
      } catch (error) {
        if (error instanceof TransactionInProgressException) continue;
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
        if (codes.includes('ConditionalCheckFailed')) return false;
        if (!codes.includes('TransactionConflict')) throw error;
      }
    }
    throw new Unavailable(others);
  }

  /** Consistent. */
  async get(table: string, key: Key): Promise<RawItem | undefined> {
    const { Item, ConsumedCapacity } = await available(() =>
      this.client.send(
        new GetItemCommand({
          TableName: table,
          Key: toItem(key),
          ConsistentRead: true,
          ReturnConsumedCapacity: 'TOTAL',
        }),
      ),
    );
    this.consumed('read', ConsumedCapacity);
    return Item && unmarshall(Item);
  }

  /**
   * Reads up to `limit` items after `startKey`; follows DynamoDB's own 1 MB pages. Consistent on a table, eventually
   * consistent on an index.
   */
  async query(query: Query, limit = Number.POSITIVE_INFINITY, startKey?: RawItem): Promise<RawItem[]> {
    const items: RawItem[] = [];
    let next = startKey === undefined ? undefined : toItem(startKey);
    do {
      const { Items, LastEvaluatedKey, ConsumedCapacity } = await available(() =>
        this.client.send(
          new QueryCommand({
            TableName: query.table,
            IndexName: query.index,
            ConsistentRead: query.index === undefined && query.consistent !== false,
            KeyConditionExpression: query.where,
            ExpressionAttributeValues: toItem(query.values),
            FilterExpression: query.filter,
            ExpressionAttributeNames: query.names,
            ProjectionExpression: query.attributes,
            ExclusiveStartKey: next,
            Limit: Number.isFinite(limit) ? limit - items.length : undefined,
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      this.consumed('read', ConsumedCapacity);
      for (const item of Items ?? []) items.push(unmarshall(item));
      next = LastEvaluatedKey;
    } while (next !== undefined && items.length < limit);
    return items;
  }

  /** Eventually consistent; in the order of `keys`, without those that are not there. @throws Unavailable */
  async batchGet(table: string, keys: readonly Key[]): Promise<RawItem[]> {
    const found = new Map<string, RawItem>();
    for (let from = 0; from < keys.length; from += batchReadLimit) {
      let wanted: Record<string, AttributeValue>[] = keys
        .slice(from, from + batchReadLimit)
        .map(({ pk, sk }) => toItem({ pk, sk }));
      for (let round = 0; wanted.length > 0; round += 1) {
        if (round === batchRounds) throw new Unavailable('The table did not deliver every item.');
        if (round > 0) await backOff(round);
        const Keys = wanted;
        const { Responses, UnprocessedKeys, ConsumedCapacity } = await available(() =>
          this.client.send(
            new BatchGetItemCommand({ RequestItems: { [table]: { Keys } }, ReturnConsumedCapacity: 'TOTAL' }),
          ),
        );
        this.consumed('read', ConsumedCapacity);
        for (const raw of Responses?.[table] ?? []) {
          const item = unmarshall(raw);
          found.set(`${String(item.pk)}\n${String(item.sk)}`, item);
        }
        wanted = UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return keys.flatMap(({ pk, sk }) => {
      const item = found.get(`${pk}\n${sk}`);
      return item === undefined ? [] : [item];
    });
  }

  /** Puts items over what is there, 25 per request, not in one transaction. @throws Unavailable */
  async batchPut(table: string, items: readonly object[]): Promise<void> {
    for (let from = 0; from < items.length; from += batchWriteLimit) {
      let wanted = items.slice(from, from + batchWriteLimit).map((item) => ({ PutRequest: { Item: toItem(item) } }));
      for (let round = 0; wanted.length > 0; round += 1) {
        if (round === batchRounds) throw new Unavailable('The table did not take every item.');
        if (round > 0) await backOff(round);
        const requests = wanted;
        const { UnprocessedItems, ConsumedCapacity } = await available(() =>
          this.client.send(
            new BatchWriteItemCommand({ RequestItems: { [table]: requests }, ReturnConsumedCapacity: 'TOTAL' }),
          ),
        );
        this.consumed('write', ConsumedCapacity);
        wanted = (UnprocessedItems?.[table] ?? []) as typeof wanted;
      }
    }
  }
}
