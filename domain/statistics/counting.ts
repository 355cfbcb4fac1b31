import type { Entry, Sheet } from './entries.ts';

/** By how much one counter moves. */
export interface Difference {
  readonly unit: string;
  readonly period: string;
  /** By figure; never zero. */
  readonly by: Readonly<Record<string, number>>;
}

/** One counter's name: a unit and a period. */
const cellOf = ({ unit, period }: Pick<Entry, 'unit' | 'period'>): string => `${unit}\n${period}`;

/** What counting `after` instead of `before` does to the counters; empty when it does nothing. */
export const differences = (changes: readonly { readonly before: Sheet; readonly after: Sheet }[]): Difference[] => {
  const cells = new Map<string, { unit: string; period: string; by: Map<string, number> }>();
  const add = (entries: readonly Entry[], sign: 1 | -1) => {
    for (const { unit, period, figure, count } of entries) {
      const cell = cells.get(cellOf({ unit, period })) ?? { unit, period, by: new Map<string, number>() };
      cells.set(cellOf({ unit, period }), cell);
      cell.by.set(figure, (cell.by.get(figure) ?? 0) + sign * count);
    }
  };
  for (const { before, after } of changes) {
    add(before.entries, -1);
    add(after.entries, 1);
  }
  return [...cells.values()].flatMap(({ unit, period, by }) => {
    const moved = [...by].filter(([, count]) => count !== 0);
    return moved.length === 0 ? [] : [{ unit, period, by: Object.fromEntries(moved) }];
  });
};

/** The same entries, whatever their order. */
export const sameSheet = (a: Sheet, b: Sheet): boolean => fingerprint(a) === fingerprint(b);

const fingerprint = ({ entries, repeats, receivedOn }: Sheet): string =>
  JSON.stringify([
    entries.map(({ unit, period, day, figure, count }) => [unit, period, day, figure, count].join(' ')).sort(),
    [...repeats].sort(),
    receivedOn ?? '',
  ]);

type Cell = Pick<Entry, 'unit' | 'period'>;

const cellsOf = ({ entries }: Sheet): ReadonlyMap<string, Cell> =>
  new Map(entries.map(({ unit, period }) => [cellOf({ unit, period }), { unit, period }]));

/** Where something of a stream counts now and did not before, and the other way round. */
export const filing = (
  before: Sheet,
  after: Sheet,
): { readonly filed: readonly Cell[]; readonly unfiled: readonly Cell[] } => {
  const [had, has] = [cellsOf(before), cellsOf(after)];
  const without = (cells: ReadonlyMap<string, Cell>, others: ReadonlyMap<string, Cell>) =>
    [...cells].flatMap(([cell, each]) => (others.has(cell) ? [] : [each]));
  return { filed: without(has, had), unfiled: without(had, has) };
};

interface Change {
  readonly before: { readonly sheet: Sheet };
  readonly after: { readonly sheet: Sheet };
}

/** How many items are written to replace these sheets: each, where it is filed, and the counters that move. */
export const weightOf = (changes: readonly Change[]): number => {
  const sheets = changes.map(({ before, after }) => ({ before: before.sheet, after: after.sheet }));
  const files = sheets.map(({ before, after }) => filing(before, after));
  return (
    sheets.length +
    files.reduce((sum, { filed, unfiled }) => sum + filed.length + unfiled.length, 0) +
    differences(sheets).length
  );
};

/**
 * The sheet with so many of its changed units and periods as they are after, and everything else as before; undefined where none
 * has changed. Such a sheet is as good as any other: the counters are its sum.
 */
export const partly = (before: Sheet, after: Sheet, cells: number): Sheet | undefined => {
  const changed = differences([{ before, after }]).slice(0, cells).map(cellOf);
  if (changed.length === 0) return undefined;
  const moved = new Set(changed);
  const isMoved = (entry: Entry): boolean => moved.has(cellOf(entry));
  return {
    ...before,
    entries: [...before.entries.filter((each) => !isMoved(each)), ...after.entries.filter(isMoved)],
  };
};
