import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { StaleVersion } from '../domain/errors.ts';
import type { Page, StreamRef } from '../domain/ports.ts';
import { type Difference, differences, filing } from '../domain/statistics/counting.ts';
import type { Entry, Sheet } from '../domain/statistics/entries.ts';
import type { FigureKey } from '../domain/statistics/figures.ts';
import {
  type CountedSheet,
  type FigureStore,
  neverCounted,
  type Replacement,
  type UnitFigures,
} from '../domain/statistics/store.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DynamoDb, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { countedStreamOf, counterKey, filedKey, filedUnder, sheetKey, streamKey } from './keys.ts';

/** Entries of one unit, period and day share what they have in common: `[unit, period, day, { figure: count }]`. */
const StoredEntries = z.array(z.tuple([z.string(), z.string(), z.string(), z.record(z.string(), z.number())]));

const SheetItem = z.object({
  pk: z.string(),
  revision: z.int(),
  entries: z.string(),
  repeats: z._default(z.array(z.string()), []),
  receivedOn: z.optional(z.string()),
  again: z._default(z.record(z.string(), z.string()), {}),
  tell: z._default(z.array(z.string()), []),
});

const Counters = z.object({ sk: z.string() });

/** Attempts under contention: counters of a busy unit are moved by one count at a time. */
const contentionRounds = 6;

export interface FigureStoreOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly onConsumed?: OnConsumed;
}

/** Sheets and counters in the Petitions table. */
export class DynamoFigureStore implements FigureStore {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({ client, petitionsTable, onConsumed }: FigureStoreOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  async counted(stream: StreamRef): Promise<CountedSheet> {
    const item = await this.#db.get(this.#table, sheetKey(streamKey(stream)));
    return item === undefined ? neverCounted : parseSheet(item);
  }

  /** @throws StaleVersion, Unavailable */
  async replace(replacements: readonly Replacement[]): Promise<void> {
    const items = [
      ...replacements.map((each) => this.#sheetPut(each)),
      ...replacements.flatMap((each) => this.#filing(each)),
      ...differences(replacements.map(({ before, after }) => ({ before: before.sheet, after: after.sheet }))).map(
        (each) => this.#move(each),
      ),
    ];
    // Somebody else counted the same stream, or this very count went through and its answer was lost: look again.
    if (!(await this.#db.transact(items, contentionRounds, 'The counters are being moved by others.')))
      throw new StaleVersion(0);
  }

  async figures(period: string, units?: readonly string[]): Promise<UnitFigures> {
    const items =
      units === undefined
        ? await this.#db.query({
            table: this.#table,
            where: 'pk = :pk',
            values: { ':pk': counterKey(period, '').pk },
            // A number that is a moment old is as good, at half the price.
            consistent: false,
          })
        : await this.#db.batchGet(
            this.#table,
            units.map((unit) => counterKey(period, unit)),
          );
    return new Map(
      items.map((item) => [
        Counters.parse(item).sk,
        Object.fromEntries(
          Object.entries(item).filter((each): each is [string, number] => typeof each[1] === 'number' && each[1] !== 0),
        ),
      ]),
    );
  }

  /** In the order of their keys. @throws InvalidCursor, Unavailable */
  async streamsIn(
    unit: string,
    period: string,
    limit: number,
    cursor?: string,
  ): Promise<Page<{ readonly stream: StreamRef; readonly sheet: Sheet }>> {
    const lookup = filedUnder(unit, period);
    const list = ['figures', lookup];
    const start = cursor === undefined ? undefined : decodeCursor(list, cursor, 3);
    const rows = await this.#db.query(
      { table: this.#table, index: 'lookups', where: 'lookup = :lookup', values: { ':lookup': lookup } },
      limit + 1,
      start && { lookup, pos: start[0], pk: start[1], sk: start[2] },
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const sheets = await this.#db.batchGet(
      this.#table,
      shown.map(({ pk }) => ({ pk: String(pk), sk: sheetKey('').sk })),
    );
    return {
      items: sheets.map((item) => ({ stream: countedStreamOf(String(item.pk)), sheet: parseSheet(item).sheet })),
      ...(last === undefined
        ? {}
        : { cursor: encodeCursor(list, [String(last.pos), String(last.pk), String(last.sk)]) }),
    };
  }

  #sheetPut({ stream, before, after }: Replacement): TransactWriteItem {
    const { entries, repeats, receivedOn } = after.sheet;
    return {
      Put: {
        TableName: this.#table,
        Item: toItem({
          ...sheetKey(streamKey(stream)),
          revision: before.revision + 1,
          entries: packed(entries),
          ...(repeats.length === 0 ? {} : { repeats }),
          ...(receivedOn === undefined ? {} : { receivedOn }),
          ...(Object.keys(after.broughtAgain).length === 0 ? {} : { again: after.broughtAgain }),
          ...(after.tell.length === 0 ? {} : { tell: after.tell }),
        }),
        ConditionExpression: before.revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :revision',
        ...(before.revision === 0 ? {} : { ExpressionAttributeValues: toItem({ ':revision': before.revision }) }),
      },
    };
  }

  /** Files the stream where something of it counts now; where nothing does any more, it is taken out of the index. */
  #filing({ stream, before, after }: Replacement): TransactWriteItem[] {
    const key = streamKey(stream);
    const { filed, unfiled } = filing(before.sheet, after.sheet);
    const put = (unit: string, period: string, fields: object): TransactWriteItem => ({
      Put: { TableName: this.#table, Item: toItem({ ...filedKey(key, unit, period), ...fields }) },
    });
    return [
      ...filed.map(({ unit, period }) => put(unit, period, { lookup: filedUnder(unit, period), pos: key })),
      ...unfiled.map(({ unit, period }) => put(unit, period, {})),
    ];
  }

  #move({ unit, period, by }: Difference): TransactWriteItem {
    const moved = Object.entries(by);
    return {
      Update: {
        TableName: this.#table,
        Key: toItem(counterKey(period, unit)),
        UpdateExpression: `ADD ${moved.map((_, index) => `#${String(index)} :${String(index)}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(moved.map(([figure], index) => [`#${String(index)}`, figure])),
        ExpressionAttributeValues: toItem(
          Object.fromEntries(moved.map(([, count], index) => [`:${String(index)}`, count])),
        ),
      },
    };
  }
}

const packed = (entries: readonly Entry[]): string =>
  JSON.stringify(
    [...Map.groupBy(entries, ({ unit, period, day }) => `${unit} ${period} ${day}`).values()].flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const { unit, period, day } = first;
      return [[unit, period, day, Object.fromEntries(group.map(({ figure, count }) => [figure, count]))]];
    }),
  );

const parseSheet = (item: unknown): CountedSheet => {
  const { revision, entries, repeats, receivedOn, again, tell } = SheetItem.parse(item);
  return {
    revision,
    broughtAgain: again,
    tell,
    sheet: {
      repeats,
      ...(receivedOn === undefined ? {} : { receivedOn }),
      entries: StoredEntries.parse(JSON.parse(entries)).flatMap(([unit, period, day, counts]) =>
        Object.entries(counts).map(
          ([figure, count]): Entry => ({ unit, period, day, figure: figure as FigureKey, count }),
        ),
      ),
    },
  };
};
