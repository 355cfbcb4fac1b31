import { type Cell, type CellError, type CellParser, cleaned, type Row } from './cells.ts';

/** One column of a template. */
export interface Column<T = unknown> {
  /** As the template heads it. */
  readonly header: string;
  /** Other headings under which offices have it. */
  readonly also?: readonly string[];
  readonly required?: true;
  readonly parse: CellParser<T>;
  /** What to fill in. */
  readonly help: string;
  readonly example: string;
}

export type Columns = Readonly<Record<string, Column>>;

type ValueOf<C> = C extends Column<infer T> ? T : never;

/** The values of a row without errors; what is left empty is absent. */
export type Values<C extends Columns> = {
  readonly [K in keyof C as C[K] extends { readonly required: true } ? K : never]: ValueOf<C[K]>;
} & {
  readonly [K in keyof C as C[K] extends { readonly required: true } ? never : K]?: ValueOf<C[K]>;
};

/** What is wrong with a table as a whole, so that no row of it is read. */
export type TableFault =
  | 'no-header'
  | 'missing-column'
  | 'unknown-column'
  | 'column-twice'
  | 'no-rows'
  | 'too-many-rows'
  | 'unreadable'
  | 'encoding'
  | 'too-large'
  | 'encrypted';

/** The file cannot be used; the columns at fault are named as the file or template has them. */
export class UnusableTable extends Error {
  override readonly name = 'UnusableTable';
  readonly fault: TableFault;
  readonly columns: readonly string[];

  constructor(fault: TableFault, columns: readonly string[] = []) {
    super(`The table cannot be used: ${fault}.`);
    this.fault = fault;
    this.columns = columns;
  }
}

/** Which place of a row is which column. */
export interface Header {
  readonly line: number;
  readonly width: number;
  readonly places: ReadonlyMap<string, number>;
}

/** A heading as it is compared: without blanks, marks of required columns, and what stands in brackets. */
const heading = (cell: Cell): string =>
  typeof cell === 'string'
    ? cleaned(cell)
        .normalize('NFKC')
        .replaceAll(/\(.*?\)/g, '')
        .replaceAll(/[\s*:]/g, '')
        .toLowerCase()
    : '';

const keyOf = (columns: Columns, head: string): string | undefined =>
  Object.entries(columns).find(
    ([key, { header, also = [] }]) =>
      head === key.toLowerCase() || [header, ...also].some((name) => heading(name) === head),
  )?.[0];

/** A row that heads the table: it names at least two columns of the template. Titles above it are passed over. */
export const looksLikeHeader = (columns: Columns, { cells }: Row): boolean =>
  cells.filter((cell) => keyOf(columns, heading(cell)) !== undefined).length >=
  Math.min(2, Object.keys(columns).length);

/** Longest heading that is told back. */
const shown = 30;

/**
 * Reads the header. A column that nobody knows refuses the file: a misspelt one would be lost without a word.
 * @throws UnusableTable
 */
export const readHeader = (columns: Columns, { line, cells }: Row): Header => {
  const places = new Map<string, number>();
  let width = 0;
  for (const [place, cell] of cells.entries()) {
    const head = heading(cell);
    if (head === '') continue;
    width = place + 1;
    const key = keyOf(columns, head);
    const told = [typeof cell === 'string' ? cleaned(cell).slice(0, shown) : ''];
    if (key === undefined) throw new UnusableTable('unknown-column', told);
    if (places.has(key)) throw new UnusableTable('column-twice', told);
    places.set(key, place);
  }
  const missing = Object.entries(columns).filter(([key, { required }]) => required && !places.has(key));
  if (missing.length > 0) {
    throw new UnusableTable(
      'missing-column',
      missing.map(([, { header }]) => header),
    );
  }
  return { line, width, places };
};

/** Nothing stands in the cell itself; what a merge covers has its text elsewhere. */
const isEmpty = (cell: Cell): boolean =>
  typeof cell === 'string' ? cleaned(cell) === '' : cell.unfit === 'merged-cell';

/** Nothing stands in it: passed over. */
export const isBlank = ({ cells }: Row): boolean => cells.every(isEmpty);

/** All values of a row, or everything that is wrong with them and what could be read all the same. */
export type ReadRow<C extends Columns> =
  | { readonly values: Values<C> }
  | { readonly errors: readonly CellError[]; readonly partial: Partial<Values<C>> };

/** Reads a row by its columns. */
export const readRow = <C extends Columns>(columns: C, { width, places }: Header, { cells }: Row): ReadRow<C> => {
  const errors: CellError[] = [];
  const values: Record<string, unknown> = {};
  if (cells.slice(width).some((cell) => !isEmpty(cell))) errors.push({ code: 'too-many-cells' });
  const headed = new Set(places.values());
  // It would be lost without a word.
  if (cells.slice(0, width).some((cell, place) => !headed.has(place) && !isEmpty(cell))) {
    errors.push({ code: 'no-heading' });
  }
  for (const [key, { header, required, parse }] of Object.entries(columns)) {
    const place = places.get(key);
    const cell = place === undefined ? '' : (cells[place] ?? '');
    if (typeof cell !== 'string') {
      errors.push({ column: header, code: cell.unfit });
      continue;
    }
    const text = cleaned(cell);
    if (text === '') {
      if (required) errors.push({ column: header, code: 'required' });
      continue;
    }
    const parsed = parse(text);
    if ('error' in parsed) errors.push({ column: header, code: parsed.error });
    else values[key] = parsed.value;
  }
  return errors.length > 0 ? { errors, partial: values as Partial<Values<C>> } : { values: values as Values<C> };
};
