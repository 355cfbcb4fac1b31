import type { Entry, Sheet } from './entries.ts';

/** By how much one counter moves. */
export interface Difference {
  readonly unit: string;
  readonly period: string;
  /** By figure; never zero. */
  readonly by: Readonly<Record<string, number>>;
}

/** One counter's name: a unit and a period. */
export const cellOf = ({ unit, period }: Pick<Entry, 'unit' | 'period'>): string => `${unit}\n${period}`;

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
