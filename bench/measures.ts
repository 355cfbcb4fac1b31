/** One figure of the report. Names are stable: whoever compares two reports compares by name. */
export interface Measure {
  readonly value: number;
  readonly unit: string;
  /** Most that `ratio`, or `value` where there is no ratio, may be; for `atLeast` the least. */
  readonly budget?: number;
  readonly atLeast?: true;
  /** Against something measured in the same run, where the machine itself would decide the value. */
  readonly ratio?: number;
  readonly within: boolean;
  /** What the figure rests on: sizes, counts, the parts of a sum. */
  readonly detail?: object;
}

export type Measures = Record<string, Measure>;

const round = (value: number): number => Number(value.toPrecision(4));

/** Without a budget a measure is within it. */
export function measure(value: number, unit: string, given: Omit<Measure, 'value' | 'unit' | 'within'> = {}): Measure {
  const { budget, atLeast, ratio } = given;
  const judged = ratio ?? value;
  const within = budget === undefined || (atLeast === true ? judged >= budget : judged <= budget);
  return { value: round(value), unit, ...given, ...(ratio === undefined ? {} : { ratio: round(ratio) }), within };
}

/** The middle one; of an even number of values the mean of the middle two. @throws RangeError when there is none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [left, right] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (left === undefined || right === undefined) throw new RangeError('No values, no median.');
  return (left + right) / 2;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export const progress = (text: string): void => void process.stderr.write(`${text}\n`);
