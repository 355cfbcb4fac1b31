import { programmePeriod } from '../../domain/statistics/enrolments.ts';
import { openPeriod, standingPeriod } from '../../domain/statistics/entries.ts';
import { monthsBetween } from '../../domain/statistics/summary.ts';
import { type History, naiveRecount } from '../../tests/support/naive-recount.ts';
import { yearProgramme } from './lives.ts';
import type { Played } from './play.ts';

export interface Comparison {
  /** Figures that are not zero. */
  readonly figures: number;
  /** `unit period figure: counted, recounted`, of those that differ. */
  readonly different: readonly string[];
  readonly recounted: ReadonlyMap<string, number>;
}

/** Compares every counter with a naive recount from the exported histories of all streams. */
export const compareYear = async (
  played: Played,
  histories: readonly History[],
  from: string,
  to: string,
): Promise<Comparison> => {
  const { figures, context } = played;
  const recounted = naiveRecount(histories, await context());
  const counted = new Map<string, number>();
  const apart = [openPeriod, standingPeriod, programmePeriod(yearProgramme)];
  for (const period of [...apart, ...monthsBetween(from, to)])
    for (const [unit, sums] of await figures.figures(period))
      for (const [figure, count] of Object.entries(sums)) counted.set(`${unit} ${period} ${figure}`, count);
  const different = [...new Set([...counted.keys(), ...recounted.keys()])]
    .filter((key) => counted.get(key) !== recounted.get(key))
    .map((key) => `${key}: ${String(counted.get(key))}, ${String(recounted.get(key))}`)
    .sort();
  return { figures: counted.size, different, recounted };
};
