import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { SweepStateStore } from '../domain/ports.ts';
import { DynamoDb, despiteContention, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { sweepStateKey } from './keys.ts';

const StateItem = z.object({ calendar: z.string() });

/** With which calendar the running limits were counted last. */
export class DynamoSweepState implements SweepStateStore {
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
  async calendar(): Promise<string | undefined> {
    const item = await this.#db.get(this.#table, sweepStateKey);
    return item && StateItem.parse(item).calendar;
  }

  /** @throws Unavailable */
  async recounted(calendar: string): Promise<void> {
    await despiteContention(() =>
      this.#db.client.send(
        new PutItemCommand({ TableName: this.#table, Item: toItem({ ...sweepStateKey, calendar }) }),
      ),
    );
  }
}
