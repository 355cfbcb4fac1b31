/** Pseudo-random numbers that a seed repeats (mulberry32): a run that failed can be run again. */
export interface Random {
  /** 0 ≤ n < 1 */
  next(): number;
  /** 0 ≤ n < limit, whole */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** Another sequence, so that one writer's numbers do not depend on another's pace. */
  fork(name: string): Random;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    fork: (name) => randomOf([...name].reduce((sum, char) => Math.imul(sum ^ char.charCodeAt(0), 0x01000193), seed)),
  };
}
