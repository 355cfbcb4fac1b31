import type { CellError } from '../../domain/imports/cells.ts';
import type { Columns, Values } from '../../domain/imports/columns.ts';
import { UnusableTable } from '../../domain/imports/columns.ts';
import {
  aboveFirst,
  type Candidate,
  calendarColumns,
  calendarRow,
  categoryColumns,
  categoryRow,
  errorsBetween,
  outsideArea,
  type ReferenceKind,
  type ReferenceRow,
  unitColumns,
  unitRow,
} from '../../domain/imports/reference.ts';
import type { ReferenceVersions } from '../../domain/imports/store.ts';
import type { TableRow } from './rows.ts';
import type { Fate } from './streams.ts';

/** Rows of reference data at most: they are looked at together, since each may rest on any other. */
const mostRows = 20_000;
/** Rows after which the run says that it lives. */
const signEvery = 200;

type Read = { readonly row: ReferenceRow } | { readonly errors: readonly CellError[] };

export const referenceColumns = {
  units: unitColumns,
  categories: categoryColumns,
  calendar: calendarColumns,
} as const satisfies Readonly<Record<ReferenceKind, Columns>>;

const readers: Readonly<Record<ReferenceKind, (values: never) => Read>> = {
  units: unitRow as (values: never) => Read,
  categories: categoryRow as (values: never) => Read,
  calendar: calendarRow as (values: never) => Read,
};

export interface ReferenceRows {
  readonly kind: ReferenceKind;
  /** The unit that imports. */
  readonly area: string;
  readonly versions: ReferenceVersions;
  readonly rows: AsyncIterable<TableRow<Columns>>;
  /** Says that the run lives; false when another has the import by now. */
  readonly sign: () => Promise<boolean>;
}

/**
 * Rows of reference data, all of them together: what becomes of each, by line. In `apply` writes the good ones, those above
 * first; each is added where nothing stands, so a second run changes nothing and a cut one goes on. Undefined when
 * another run has taken over.
 */
export const workReferences = async (
  phase: 'check' | 'apply',
  { kind, area, versions, rows, sign }: ReferenceRows,
): Promise<ReadonlyMap<number, Fate> | undefined> => {
  const fates = new Map<number, Fate>();
  const candidates: Candidate[] = [];
  const bad = new Set<string>();
  const seen = new Set<string>();
  const known = await versions.versions(kind);
  for await (const row of rows) {
    if (row.row > mostRows) throw new UnusableTable('too-many-rows');
    const { line } = row;
    const result: Read = 'errors' in row ? row : readers[kind](row.values as Values<Columns> as never);
    if ('errors' in result) {
      fates.set(line, { errors: result.errors });
      // Its own name, where that can be read: others may rest on it.
      const read: { readonly id?: unknown; readonly code?: unknown } = 'errors' in row ? row.partial : row.values;
      bad.add(String(read.id ?? read.code ?? ''));
      continue;
    }
    const key = `${result.row.id}@${result.row.validFrom}`;
    if (seen.has(key)) fates.set(line, { errors: [{ code: 'twice-in-file' }] });
    else candidates.push({ line, row: result.row });
    seen.add(key);
  }
  const between = new Map([
    ...(kind === 'units' ? outsideArea(area, candidates, known) : []),
    ...errorsBetween(kind, candidates, bad, known),
  ]);
  for (const [line, error] of between) fates.set(line, { errors: [error] });
  const good = aboveFirst(candidates.filter(({ line }) => !between.has(line)));
  const settle = ({ line }: Candidate, outcome: 'added' | 'present' | 'differs'): void => {
    fates.set(
      line,
      outcome === 'added'
        ? 'new'
        : outcome === 'present'
          ? 'present'
          : { errors: [{ column: referenceColumns[kind].validFrom.header, code: 'differs-from-record' }] },
    );
  };
  if (phase === 'check') {
    for (const each of good) {
      const there = known.get(each.row.id)?.find(({ validFrom }) => validFrom === each.row.validFrom);
      settle(each, there === undefined ? 'added' : versions.same(there.value, each.row.value) ? 'present' : 'differs');
    }
    return fates;
  }
  // One after the other: what is there when a run is cut is a whole, only smaller.
  for (const [index, each] of good.entries()) {
    settle(each, await versions.add(kind, each.row));
    if ((index + 1) % signEvery === 0 && !(await sign())) return undefined;
  }
  return fates;
};
