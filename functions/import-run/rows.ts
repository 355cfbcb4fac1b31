import type { Row } from '../../domain/imports/cells.ts';
import {
  type Columns,
  type Header,
  isBlank,
  looksLikeHeader,
  type ReadRow,
  readHeader,
  readRow,
  UnusableTable,
} from '../../domain/imports/columns.ts';

/** Opens an uploaded file as rows. */
export type TableReader = (path: string) => AsyncIterable<Row>;

/** A row of data: its number from 1, its line in the file, and its values or what is wrong with them. */
export type TableRow<C extends Columns> = { readonly row: number; readonly line: number } & ReadRow<C>;

/** Rows in which the header is looked for: above it stand titles. */
const headerWithin = 10;

/** The rows of a table by its template, as a stream. @throws UnusableTable */
export async function* readTable<C extends Columns>(
  rows: AsyncIterable<Row>,
  columns: C,
  maximumRows: number,
): AsyncGenerator<TableRow<C>> {
  let header: Header | undefined;
  let looked = 0;
  let row = 0;
  for await (const each of rows) {
    if (isBlank(each)) continue;
    if (header === undefined) {
      looked += 1;
      if (looksLikeHeader(columns, each)) header = readHeader(columns, each);
      else if (looked >= headerWithin) throw new UnusableTable('no-header');
      continue;
    }
    row += 1;
    if (row > maximumRows) throw new UnusableTable('too-many-rows');
    yield { row, line: each.line, ...readRow(columns, header, each) };
  }
  if (header === undefined) throw new UnusableTable('no-header');
  if (row === 0) throw new UnusableTable('no-rows');
}

/** So many at a time, so that the store is asked for many rows at once. */
export async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Works on everything, so many at a time. */
export const together = async <T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};
