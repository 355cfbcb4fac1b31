/** Faults of a stream, for tests: records that are lost, come twice, come late or in another order. */

/** Chances of a record, 0 to 1. */
export interface Chances {
  readonly drop?: number;
  readonly duplicate?: number;
  /** Comes only with one of the next reads. */
  readonly delay?: number;
  /** Changes places with another record of the same read. */
  readonly reorder?: number;
}

export interface Disturbance<T> {
  /** What arrives of one read, of those before included. */
  pass(records: readonly T[]): T[];
  readonly counts: { dropped: number; duplicated: number; delayed: number; reordered: number };
}

/** @param random 0 ≤ n < 1; a sequence from a seed repeats the same faults */
export function disturb<T>(
  { drop = 0, duplicate = 0, delay = 0, reorder = 0 }: Chances,
  random: () => number,
): Disturbance<T> {
  const counts = { dropped: 0, duplicated: 0, delayed: 0, reordered: 0 };
  let held: { record: T; reads: number }[] = [];
  return {
    counts,
    pass: (records) => {
      const due = held.filter(({ reads }) => reads <= 0).map(({ record }) => record);
      held = held.filter(({ reads }) => reads > 0).map(({ record, reads }) => ({ record, reads: reads - 1 }));
      const passing = [...due];
      for (const record of records) {
        if (random() < drop) {
          counts.dropped += 1;
        } else if (random() < delay) {
          counts.delayed += 1;
          held.push({ record, reads: Math.floor(random() * 5) });
        } else {
          passing.push(record);
          if (random() < duplicate) {
            counts.duplicated += 1;
            held.push({ record, reads: Math.floor(random() * 5) });
          }
        }
      }
      for (const index of passing.keys()) {
        if (random() >= reorder) continue;
        counts.reordered += 1;
        const other = Math.floor(random() * passing.length);
        [passing[index], passing[other]] = [passing[other] as T, passing[index] as T];
      }
      return passing;
    },
  };
}

/** Pseudo-random numbers that a seed repeats (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
