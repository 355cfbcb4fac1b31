import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { ReferenceKind, ReferenceRow } from '../domain/imports/reference.ts';
import type { ReferenceVersions, StoredVersion } from '../domain/imports/store.ts';
import { canonicalJson } from './chain.ts';
import { DynamoDb, despiteContention, type RawItem, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { datedId, referenceKey } from './keys.ts';

const bare = ({ pk: _, sk: __, ...value }: RawItem): object => value;

/** Dated versions of reference data in the Petitions table: put where nothing stands, never over anything. */
export class DynamoReferenceVersions implements ReferenceVersions {
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

  async versions(kind: ReferenceKind): Promise<ReadonlyMap<string, readonly StoredVersion[]>> {
    const { pk } = referenceKey(kind, '');
    const items = await this.#db.query({ table: this.#table, where: 'pk = :pk', values: { ':pk': pk } });
    const versions = new Map<string, StoredVersion[]>();
    for (const item of items) {
      // In the order of the keys: the undated one first, then by day.
      const [id = '', validFrom] = String(item.sk).split('@');
      const value = bare(item);
      versions.set(id, [...(versions.get(id) ?? []), { value, ...(validFrom === undefined ? {} : { validFrom }) }]);
    }
    return versions;
  }

  same(one: object, other: object): boolean {
    return canonicalJson(one) === canonicalJson(other);
  }

  async add(kind: ReferenceKind, { id, validFrom, value }: ReferenceRow): Promise<'added' | 'present' | 'differs'> {
    try {
      const { ConsumedCapacity } = await despiteContention(() =>
        this.#db.client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: toItem({ ...referenceKey(kind, datedId(id, validFrom)), ...value }),
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      this.#db.consumed('write', ConsumedCapacity);
      return 'added';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
      return this.same(bare(unmarshall(error.Item)), value) ? 'present' : 'differs';
    }
  }
}
