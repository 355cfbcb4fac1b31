import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { Unavailable } from '../domain/errors.ts';
import type { AttemptStore, FailedAttempts } from '../domain/ports.ts';
import { DynamoDb, despiteContention, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { attemptsKey } from './keys.ts';

const AttemptsItem = z.object({ failures: z.int(), callers: z.set(z.string()), expiresAt: z.int() });

/** Whoever sends from more networks than this in one window is not remembered one by one: an item ends at 400 KB. */
const maximumCallers = 5000;

/** Failed attempts at query codes, one item per number, which the table's time to live removes. */
export class DynamoAttempts implements AttemptStore {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({
    client,
    petitionsTable,
    onConsumed,
  }: { readonly client: DynamoDBClient; readonly petitionsTable: string; readonly onConsumed?: OnConsumed }) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  /** @throws Unavailable */
  async failed(number: string, now: number): Promise<FailedAttempts | undefined> {
    const item = await this.#db.get(this.#table, attemptsKey(number));
    if (item === undefined) return undefined;
    const { failures, callers, expiresAt } = AttemptsItem.parse(item);
    // Time to live removes late.
    return expiresAt > now ? { count: failures, callers: [...callers], windowEnds: expiresAt } : undefined;
  }

  /** @throws Unavailable */
  async fail(number: string, caller: string, now: number, windowEnds: number): Promise<number> {
    for (let round = 0; round < 3; round += 1) {
      const count = (await this.#countUp(number, caller, now)) ?? (await this.#begin(number, caller, now, windowEnds));
      if (count !== undefined) return count;
    }
    throw new Unavailable('Failed attempts cannot be counted.');
  }

  /** `undefined` when no window runs. */
  #countUp(number: string, caller: string, now: number): Promise<number | undefined> {
    return unlessRefused(async () => {
      const { Attributes } = await this.#db.client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem(attemptsKey(number)),
          UpdateExpression: 'ADD failures :one, callers :caller',
          ConditionExpression: 'expiresAt > :now AND size(callers) < :many',
          ExpressionAttributeValues: toItem({
            ':one': 1,
            ':caller': new Set([caller]),
            ':now': now,
            ':many': maximumCallers,
          }),
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return Number(Attributes?.failures?.N);
    });
  }

  /** A window begins, over one that has ended or is full; `undefined` when somebody else has just begun one. */
  #begin(number: string, caller: string, now: number, windowEnds: number): Promise<number | undefined> {
    return unlessRefused(async () => {
      await this.#db.client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...attemptsKey(number), failures: 1, callers: new Set([caller]), expiresAt: windowEnds }),
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now OR size(callers) >= :many',
          ExpressionAttributeValues: toItem({ ':now': now, ':many': maximumCallers }),
        }),
      );
      return 1;
    });
  }
}

/** `undefined` where the condition of a write did not hold. */
async function unlessRefused<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await despiteContention(write);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
