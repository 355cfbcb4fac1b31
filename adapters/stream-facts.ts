import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StoredEvent, StreamFacts } from '../domain/ports.ts';
import { DynamoDb } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { headKey } from './keys.ts';
import { parseEvent, parseHead } from './stored-event.ts';

/** Streams as they are stored, judged by nobody. */
export class DynamoStreamFacts implements StreamFacts {
  readonly #db: DynamoDb;
  readonly #tables: { readonly petitions: string; readonly history: string };

  constructor({
    client,
    petitionsTable,
    historyTable,
    onConsumed,
  }: {
    readonly client: DynamoDBClient;
    readonly petitionsTable: string;
    readonly historyTable: string;
    readonly onConsumed?: OnConsumed;
  }) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#tables = { petitions: petitionsTable, history: historyTable };
  }

  async factsOf(key: string): Promise<readonly StoredEvent[]> {
    const query = { table: this.#tables.history, where: 'pk = :pk', values: { ':pk': key } };
    return (await this.#db.query(query)).map(parseEvent);
  }

  async headOf(key: string): Promise<{ version: number; hash: string } | undefined> {
    const item = await this.#db.get(this.#tables.petitions, headKey(key));
    if (item === undefined) return undefined;
    const { version, hash } = parseHead(item);
    return { version, hash };
  }
}
