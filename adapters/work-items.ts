import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Page, StreamRef, WorkItem, WorkItemStore } from '../domain/ports.ts';
import type { StepDecision } from '../domain/workflow/signals.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DynamoDb, despiteContention, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { dueKey, dueOf, stepOf, streamKey, streamOf, taskPrefix, workItemKey, workItemPrefix } from './keys.ts';
import { packToken, parseStep, parseWaiting, type StoredStep } from './stored-event.ts';

export interface WorkItemStoreOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly onConsumed?: OnConsumed;
}

/** Work items beside their head in the Petitions table. The record's commit closes them (record-store.ts). */
export class DynamoWorkItemStore implements WorkItemStore {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({ client, petitionsTable, onConsumed }: WorkItemStoreOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  /**
   * One conditional write. A step that is open already gets the new token: the execution that asks last is the one that
   * lives.
   *
   * @throws Unavailable
   */
  async open(item: WorkItem, token: string): Promise<StepDecision | undefined> {
    const stream = streamKey(item.stream);
    const step = [item.stage, String(item.round), item.step, ...(item.leg === undefined ? [] : [item.leg])].join('#');
    stepOf(step); // Refuses what could not be read back.
    try {
      const { ConsumedCapacity } = await despiteContention(() =>
        this.#db.client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: toItem({
              ...workItemKey(stream, step),
              wl: item.audience,
              due: dueKey(item.due, stream, step),
              ...(item.excluded.length === 0 ? {} : { excluded: item.excluded }),
              token: packToken(token),
            }),
            ConditionExpression: 'attribute_not_exists(outcome)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      this.#db.consumed('write', ConsumedCapacity);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { decision } =
        error.Item === undefined ? ((await this.find(item.stream, step)) ?? {}) : parseStep(unmarshall(error.Item));
      if (decision === undefined) throw error;
      return decision;
    }
  }

  async find(stream: StreamRef, stepKey: string): Promise<StoredStep | undefined> {
    const item = await this.#db.get(this.#table, workItemKey(streamKey(stream), stepKey));
    return item && parseStep(item);
  }

  /** A step that is not there stays absent. @throws Unavailable */
  async markSignalled(stream: StreamRef, stepKey: string): Promise<void> {
    try {
      const { ConsumedCapacity } = await despiteContention(() =>
        this.#db.client.send(
          new UpdateItemCommand({
            TableName: this.#table,
            Key: toItem(workItemKey(streamKey(stream), stepKey)),
            UpdateExpression: 'SET signalled = :yes',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: toItem({ ':yes': true }),
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      this.#db.consumed('write', ConsumedCapacity);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async all(stream: StreamRef): Promise<readonly StoredStep[]> {
    const items = await this.#db.query({
      table: this.#table,
      where: 'pk = :pk AND begins_with(sk, :prefix)',
      values: { ':pk': streamKey(stream), ':prefix': workItemPrefix },
    });
    return items.filter(({ sk }) => !String(sk).startsWith(taskPrefix)).map(parseStep);
  }

  /** @throws InvalidCursor, Unavailable */
  async worklist(audience: string, limit: number, cursor?: string): Promise<Page<WorkItem>> {
    const list = ['worklist', audience];
    const start = cursor === undefined ? undefined : decodeCursor(list, cursor, 3);
    // One more than asked, to know whether there is a next page.
    const rows = (
      await this.#db.query(
        { table: this.#table, index: 'worklist', where: 'wl = :wl', values: { ':wl': audience } },
        limit + 1,
        start && { wl: audience, due: start[0], pk: start[1], sk: start[2] },
      )
    ).map(parseWaiting);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map(({ pk, sk, wl, due, excluded }) => ({
        stream: streamOf(pk),
        ...stepOf(sk.slice(workItemPrefix.length)),
        audience: wl,
        due: dueOf(due),
        excluded,
      })),
      ...(last === undefined ? {} : { cursor: encodeCursor(list, [last.due, last.pk, last.sk]) }),
    };
  }
}
