import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { plusDays } from '../domain/calendar/calendar.ts';
import type { Act, ActQuery, ActStore, Page, StoredEvent } from '../domain/ports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DynamoDb } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { eventKey, streamOf, unitDayKey } from './keys.ts';
import { parseAct, parseEvent } from './stored-event.ts';

/**
 * Days of units that one call looks at, and facts that it reads: what bounds its work. It stops between two days of a unit
 * only: a cursor within one would name a stream of which the caller may not know.
 */
const mostPartitions = 160;
const mostRows = 2000;
/** Days of units that are read at once while they hold nothing. */
const widest = 8;
/** Facts of one read where a filter may drop most of them. */
const chunk = 250;

/** Where a call stopped: after a fact of a unit's day, or before the day's first. */
interface Position {
  readonly day: string;
  readonly unit: number;
  readonly after?: { readonly pos: string; readonly pk: string; readonly sk: string };
}

/** What units did, by the index of the History table. Eventually consistent. */
export class DynamoActStore implements ActStore {
  readonly #db: DynamoDb;
  readonly #table: string;

  constructor({
    client,
    historyTable,
    onConsumed,
  }: { readonly client: DynamoDBClient; readonly historyTable: string; readonly onConsumed?: OnConsumed }) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = historyTable;
  }

  /** @throws InvalidCursor, Unavailable */
  async acts(query: ActQuery, limit: number, cursor?: string): Promise<Page<Act>> {
    const list = ['acts', ...query.units, query.from, query.to, JSON.stringify(filtersOf(query))];
    const matches = matcherOf(query);
    const items: Act[] = [];
    let at: Position | undefined = cursor === undefined ? { day: query.from, unit: 0 } : decode(list, cursor);
    let [partitions, rows, width] = [0, 0, 1];
    const stop = (next: Position | undefined): Page<Act> =>
      next === undefined ? { items } : { items, cursor: encode(list, next) };
    let taken: Position | undefined;
    while (at !== undefined && (at.after !== undefined || (partitions < mostPartitions && rows < mostRows))) {
      const group = groupFrom(at, query, at.after === undefined ? width : 1);
      const wanted = matches === undefined ? limit + 1 - items.length : chunk;
      const read = await Promise.all(group.map((each) => this.#rows(query, each, wanted)));
      partitions += group.length;
      let resumed: Position | undefined;
      for (const [each, acts] of read.entries()) {
        const here = group[each] as Position;
        rows += acts.length;
        for (const { act, position } of acts) {
          at = { ...here, after: position };
          if (matches !== undefined && !matches(act)) continue;
          // One more than asked for: there is a next page, and it begins after the last one taken.
          if (items.length === limit) return stop(taken);
          items.push(act);
          taken = at;
        }
        if (acts.length < wanted) {
          at = next(here, query);
          continue;
        }
        resumed = at;
        break;
      }
      // Whoever finds nothing looks further at once.
      width = resumed === undefined && read.every((acts) => acts.length === 0) ? Math.min(width * 2, widest) : 1;
      if (at === undefined) return stop(undefined);
    }
    return stop(at);
  }

  /** Facts as stored, in the order given. Eventually consistent. */
  async facts(acts: readonly Act[]): Promise<readonly StoredEvent[]> {
    return (
      await this.#db.batchGet(
        this.#table,
        acts.map(({ key, seq }) => eventKey(key, seq)),
      )
    ).map(parseEvent);
  }

  async #rows({ units }: ActQuery, { day, unit, after }: Position, limit: number) {
    const unitDay = unitDayKey(units[unit] ?? '', day);
    const query = {
      table: this.#table,
      index: 'unitActs',
      where: 'unitDay = :unitDay',
      values: { ':unitDay': unitDay },
    };
    const items = await this.#db.query(query, limit, after && { unitDay, ...after });
    return items.map((item) => {
      const { pk, sk, pos, type, actor } = parseAct(item);
      const act: Act = {
        key: pk,
        stream: streamOf(pk),
        seq: Number(sk),
        at: pos.slice(0, pos.indexOf('#')),
        type,
        actor,
      };
      return { act, position: { pos, pk, sk } };
    });
  }
}

const filtersOf = ({ officer, types, kinds }: ActQuery) => ({ officer, types, kinds });

const matcherOf = ({ officer, types, kinds }: ActQuery): ((act: Act) => boolean) | undefined =>
  officer === undefined && types === undefined && kinds === undefined
    ? undefined
    : ({ actor, type, stream }) =>
        (officer === undefined || actor.id === officer) &&
        (types === undefined || types.includes(type)) &&
        (kinds === undefined || kinds.includes(stream.kind));

/** Day by day, in each day unit by unit; `undefined` after the last. */
const next = ({ day, unit }: Position, { units, to }: ActQuery): Position | undefined => {
  if (unit + 1 < units.length) return { day, unit: unit + 1 };
  return day < to ? { day: plusDays(day, 1), unit: 0 } : undefined;
};

const groupFrom = (first: Position, query: ActQuery, width: number): Position[] => {
  const group = [first];
  for (let each = next(first, query); each !== undefined && group.length < width; each = next(each, query))
    group.push(each);
  return group;
};

const encode = (list: readonly string[], { day, unit, after }: Position): string =>
  encodeCursor(list, [day, String(unit), ...(after === undefined ? ['-', '-', '-'] : [after.pos, after.pk, after.sk])]);

const decode = (list: readonly string[], cursor: string): Position => {
  const [day = '', unit = '', pos = '', pk = '', sk = ''] = decodeCursor(list, cursor, 5);
  return { day, unit: Number(unit), ...(pos === '-' ? {} : { after: { pos, pk, sk } }) };
};
