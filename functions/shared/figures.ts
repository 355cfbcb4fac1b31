import { legalDay } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import type { Clock, ReferenceData } from '../../domain/ports.ts';
import type { CountLog } from '../../domain/statistics/progress.ts';
import type { FigureStore } from '../../domain/statistics/store.ts';
import {
  maximumMonths,
  monthsBetween,
  type Question,
  readFigures,
  type Statistics,
  statisticsOf,
} from '../../domain/statistics/summary.ts';
import type { ExplainedContext } from './rules-context.ts';

export interface FigureDependencies {
  readonly figures: Pick<FigureStore, 'figures'>;
  readonly log: Pick<CountLog, 'progress'>;
  readonly reference: Pick<ReferenceData, 'units'>;
  readonly context: () => Promise<ExplainedContext>;
  readonly clock: Clock;
}

export interface AskedFor {
  readonly unit?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly below?: 'true' | 'false' | undefined;
}

/** The question that somebody asks, with what he left out. @throws Refusal */
export const requireQuestion = ({ unit, from, to, below = 'true' }: AskedFor, own: string, today: string): Question => {
  const last = to ?? today.slice(0, 7);
  const first = from ?? `${last.slice(0, 4)}-01`;
  const months = monthsBetween(first, last).length;
  if (months === 0 || months > maximumMonths) {
    throw new Refusal('rule-violated', `A period has one to ${String(maximumMonths)} months.`, { pointer: '/from' });
  }
  return { unit: unit ?? own, from: first, to: last, below: below === 'true' };
};

/** The answer to a question that somebody may ask. */
export const readStatistics = async (
  { figures, log, reference, context, clock }: FigureDependencies,
  question: Question,
): Promise<Statistics> => {
  const [{ units, configuration }, all] = await Promise.all([context(), reference.units()]);
  // How far they are is asked first: numbers that are read afterwards are as far at least.
  const counted = await log.progress();
  const read = await readFigures(figures, question, all, units);
  return statisticsOf(question, read, units, configuration, legalDay(clock.now()), counted);
};
