import type { FigureKey } from './figures.ts';

/** Not a month: what counts of a programme (campaign or mechanism), whenever it happened. */
export const programmePeriod = (programme: string): string => `programme:${programme}`;

/** How far an enrolled matter is. */
export type EnrolmentStep = 'enrolled' | 'concluded' | 'resolved';

/** In which batch; `0` for none. */
export const enrolmentFigure = (step: EnrolmentStep, batch: number | undefined): FigureKey =>
  `${step}.batch.${String(batch ?? 0)}` as FigureKey;

/** One unit's part of a batch. */
export interface Progress {
  readonly batch?: number;
  readonly enrolled: number;
  readonly concluded: number;
  readonly resolved: number;
}

/** One unit's counters of a programme, by batch. */
export const enrolmentsOf = (sums: Readonly<Record<string, number>>): readonly Progress[] => {
  const batches = [...new Set(Object.keys(sums).map((key) => Number(key.split('.')[2])))].sort((a, b) => a - b);
  const of = (step: EnrolmentStep, batch: number): number => sums[enrolmentFigure(step, batch)] ?? 0;
  return batches.map((batch) => ({
    ...(batch === 0 ? {} : { batch }),
    enrolled: of('enrolled', batch),
    concluded: of('concluded', batch),
    resolved: of('resolved', batch),
  }));
};
