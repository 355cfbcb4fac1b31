/**
 * DynamoDB's on-demand request units by its documented rules, from the items themselves. A local store reports them too,
 * but its figures are an imitation; these are compared with it and count.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html (sizes)
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */

import { isDeepStrictEqual } from 'node:util';
import type { IndexShape, TableShape } from '../adapters/tables.ts';

/** A value as the protocol's JSON has it: binary as base64 text. */
export interface Value {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly L?: readonly Value[];
  readonly M?: Item;
}

export interface Item {
  readonly [attribute: string]: Value | undefined;
}

const bytes = (text: string): number => Buffer.byteLength(text);

/** A number takes a byte per two digits and one more, negative ones another. */
const numberSize = (text: string): number =>
  Math.ceil(text.replace(/^-/, '').replace('.', '').replace(/^0+/, '').length / 2) + (text.startsWith('-') ? 2 : 1);

/** Bytes of a value. Sets are not used. */
function valueSize({ S, N, B, L, M }: Value): number {
  if (S !== undefined) return bytes(S);
  if (N !== undefined) return numberSize(N);
  if (B !== undefined) return Buffer.from(B, 'base64').length;
  if (L !== undefined) return 3 + L.reduce((sum, each) => sum + 1 + valueSize(each), 0);
  if (M !== undefined) return 3 + Object.keys(M).length + itemSize(M);
  return 1; // BOOL, NULL
}

/** Bytes of an item: names and values. */
export const itemSize = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + bytes(name) + valueSize(value ?? {}), 0);

const kilobytes = (size: number): number => Math.max(1, Math.ceil(size / 1024));

/** What an index keeps of an item; `undefined` when the item is not in it. */
export function projected(item: Item | undefined, table: TableShape, index: IndexShape): Item | undefined {
  if (item?.[index.partitionKey] === undefined || item[index.sortKey] === undefined) return undefined;
  const kept = new Set([
    table.partitionKey,
    table.sortKey,
    index.partitionKey,
    index.sortKey,
    ...(index.include ?? []),
  ]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
}

/** Units that one index takes when an item changes: none, one write, or two when its key there changes. */
function indexUnits(before: Item | undefined, after: Item | undefined, table: TableShape, index: IndexShape): number {
  const [old, now] = [projected(before, table, index), projected(after, table, index)];
  if (isDeepStrictEqual(old, now)) return 0;
  const units = (item: Item | undefined) => (item === undefined ? 0 : kilobytes(itemSize(item)));
  const moved = [index.partitionKey, index.sortKey].some((key) => !isDeepStrictEqual(old?.[key], now?.[key]));
  return moved ? units(old) + units(now) : Math.max(units(old), units(now));
}

export interface WriteUnits {
  readonly table: number;
  readonly indexes: Readonly<Record<string, number>>;
  readonly total: number;
}

/** Units of one item's write: the larger of both images per KB, twice in a transaction, and each index that changes. */
export function writeUnits(
  shape: TableShape,
  before: Item | undefined,
  after: Item | undefined,
  transactional: boolean,
): WriteUnits {
  const size = Math.max(before === undefined ? 0 : itemSize(before), after === undefined ? 0 : itemSize(after));
  const table = kilobytes(size) * (transactional ? 2 : 1);
  const indexes = Object.fromEntries(
    shape.indexes
      .map((index) => [index.name, indexUnits(before, after, shape, index)] as const)
      .filter(([, units]) => units > 0),
  );
  return { table, indexes, total: Object.values(indexes).reduce((sum, units) => sum + units, table) };
}

/** Units of reading that many bytes at once: per 4 KB one if consistent, else a half; at least one such step. */
export const readUnits = (size: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(size / 4096)) * (consistent ? 1 : 0.5);
