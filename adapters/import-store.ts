import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type RowErrorCode, rowErrors } from '../domain/imports/cells.ts';
import type { Brought, ImportStore, LineError, Progress } from '../domain/imports/store.ts';
import type { Page, StreamRef } from '../domain/ports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DynamoDb, despiteContention, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { headKey, importErrorKey, importProgressKey, streamKey, streamOf } from './keys.ts';
import { parseHead } from './stored-event.ts';

const count = z.int().check(z.gte(0));
const ProgressItem = z.object({
  phase: z.enum(['check', 'apply']),
  rows: count,
  good: count,
  present: count,
  bad: count,
  of: z.optional(count),
  at: z.string(),
});
const ErrorItem = z.object({ sk: z.string(), line: z.int(), column: z.optional(z.string()), code: z.string() });

const errorPrefix = 'E#';

const putsAtOnce = 16;

/** Progress and errors of imports in the Petitions table, under `IMP#`. */
export class DynamoImportStore implements ImportStore {
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

  async progress(id: string): Promise<Progress | undefined> {
    const item = await this.#db.get(this.#table, importProgressKey(id));
    const parsed = ProgressItem.safeParse(item);
    // Taken, but nothing done yet.
    if (!parsed.success) return undefined;
    const { of, ...rest } = parsed.data;
    return of === undefined ? rest : { ...rest, of };
  }

  take(id: string, run: string, now: string, until: string): Promise<boolean> {
    return this.#conditionally(
      id,
      'SET run = :run, heldUntil = :until',
      'attribute_not_exists(run) OR heldUntil < :now',
      {
        ':run': run,
        ':until': until,
        ':now': now,
      },
    );
  }

  save(
    id: string,
    run: string,
    { phase, rows, good, present, bad, of, at }: Progress,
    until: string,
  ): Promise<boolean> {
    return this.#conditionally(
      id,
      `SET phase = :phase, #rows = :rows, good = :good, present = :present, bad = :bad, #at = :at, heldUntil = :until${of === undefined ? '' : ', #of = :of'}`,
      'run = :run',
      {
        ':run': run,
        ':phase': phase,
        ':rows': rows,
        ':good': good,
        ':present': present,
        ':bad': bad,
        ':at': at,
        ':until': until,
        ...(of === undefined ? {} : { ':of': of }),
      },
      { '#rows': 'rows', '#at': 'at', ...(of === undefined ? {} : { '#of': 'of' }) },
    );
  }

  async leave(id: string, run: string): Promise<void> {
    await this.#conditionally(id, 'REMOVE run, heldUntil', 'run = :run', { ':run': run });
  }

  async addErrors(id: string, errors: readonly LineError[], expiresAt: number): Promise<void> {
    const places = new Map<number, number>();
    const items = errors.map(({ line, column, code }) => {
      const place = (places.get(line) ?? -1) + 1;
      places.set(line, place);
      return { ...importErrorKey(id, line, place), line, column, code, expiresAt };
    });
    for (let from = 0; from < items.length; from += putsAtOnce) {
      await Promise.all(items.slice(from, from + putsAtOnce).map((item) => this.#put(item)));
    }
  }

  /** One by one: a function that could write batches could remove with them. */
  async #put(item: object): Promise<void> {
    const { ConsumedCapacity } = await despiteContention(() =>
      this.#db.client.send(
        new PutItemCommand({ TableName: this.#table, Item: toItem(item), ReturnConsumedCapacity: 'TOTAL' }),
      ),
    );
    this.#db.consumed('write', ConsumedCapacity);
  }

  /** @throws InvalidCursor, Unavailable */
  async errors(id: string, limit: number, cursor?: string): Promise<Page<LineError>> {
    const { pk } = importProgressKey(id);
    const list = ['import-errors', pk];
    const [sk] = cursor === undefined ? [] : decodeCursor(list, cursor, 1);
    const rows = (
      await this.#db.query(
        {
          table: this.#table,
          where: 'pk = :pk AND begins_with(sk, :prefix)',
          values: { ':pk': pk, ':prefix': errorPrefix },
        },
        limit + 1,
        sk === undefined ? undefined : { pk, sk },
      )
    ).map((item) => ErrorItem.parse(item));
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(({ line, column, code }) => ({
        line,
        ...(column === undefined ? {} : { column }),
        code: knownCode(code),
      })),
      ...(last === undefined ? {} : { cursor: encodeCursor(list, [last.sk]) }),
    };
  }

  async brought(streams: readonly StreamRef[]): Promise<ReadonlyMap<string, Brought>> {
    const keys = streams.map((stream) => headKey(streamKey(stream)));
    const heads = (await this.#db.batchGet(this.#table, keys)).map(parseHead);
    return new Map(
      heads.map(({ pk, summary }) => {
        const { kind, id } = streamOf(pk);
        return [`${kind}/${id}`, (summary as { readonly former?: Brought }).former ?? {}];
      }),
    );
  }

  async #conditionally(
    id: string,
    update: string,
    condition: string,
    values: Readonly<Record<string, unknown>>,
    names?: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    try {
      const { ConsumedCapacity } = await despiteContention(() =>
        this.#db.client.send(
          new UpdateItemCommand({
            TableName: this.#table,
            Key: toItem(importProgressKey(id)),
            UpdateExpression: update,
            ConditionExpression: condition,
            ExpressionAttributeValues: toItem(values),
            ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
            ReturnConsumedCapacity: 'TOTAL',
          }),
        ),
      );
      this.#db.consumed('write', ConsumedCapacity);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** An error that a newer version wrote is told as the general one. */
const knownCode = (code: string): RowErrorCode =>
  Object.hasOwn(rowErrors, code) ? (code as RowErrorCode) : 'refused-by-rules';
