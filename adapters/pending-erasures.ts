import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Page, PendingErasures, StreamRef } from '../domain/ports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DynamoDb, toItem } from './dynamodb.ts';
import { available } from './failures.ts';
import { pendingErasureKey, pendingErasures, streamKey, streamOf } from './keys.ts';

/** One item for each petition that was erased, put there by the erasure's transaction (`record-items.ts`). */
export class DynamoPendingErasures implements PendingErasures {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({ client, petitionsTable }: { readonly client: DynamoDBClient; readonly petitionsTable: string }) {
    this.#db = new DynamoDb(client);
    this.#table = petitionsTable;
  }

  /** @throws InvalidCursor, Unavailable */
  async waiting(limit: number, cursor?: string): Promise<Page<StreamRef>> {
    const list = ['erasures'];
    const [sk] = cursor === undefined ? [] : decodeCursor(list, cursor, 1);
    const items = await this.#db.query(
      { table: this.#table, where: 'pk = :pk', values: { ':pk': pendingErasures } },
      limit,
      sk === undefined ? undefined : { pk: pendingErasures, sk },
    );
    const streams = items.map((item) => String(item.sk));
    const last = items.length === limit ? streams.at(-1) : undefined;
    return { items: streams.map(streamOf), ...(last === undefined ? {} : { cursor: encodeCursor(list, [last]) }) };
  }

  /** @throws Unavailable */
  async done(stream: StreamRef): Promise<void> {
    const Key = toItem(pendingErasureKey(streamKey(stream)));
    await available(() => this.#db.client.send(new DeleteItemCommand({ TableName: this.#table, Key })));
  }
}
