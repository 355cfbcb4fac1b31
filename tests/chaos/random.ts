import { numbersOf } from '../../local/disturbance.ts';

/** Pseudo-random numbers that a seed repeats: a run that failed can be run again. */
export interface Random {
  /** 0 ≤ n < limit, whole */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** Another sequence, so that one writer's numbers do not depend on another's pace. */
  fork(name: string): Random;
}

export function randomOf(seed: number): Random {
  const next = numbersOf(seed);
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    fork: (name) => randomOf([...name].reduce((sum, char) => Math.imul(sum ^ char.charCodeAt(0), 0x01000193), seed)),
  };
}
