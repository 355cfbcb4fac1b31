import { createHmac, randomBytes } from 'node:crypto';
import { type Limits, limitsOfDeployment } from './limits.ts';
import { TooManyRequests } from './problem.ts';

type Kind = 'read' | 'write' | 'public';

interface Bucket {
  tokens: number;
  /** Milliseconds of `now`. */
  at: number;
}

export interface Budgets {
  /** Takes one request from somebody's budget. @throws TooManyRequests */
  spend(kind: Kind, whom: string): void;
}

/** Whoever was heard of long ago has a full budget anyway. */
const maximumBuckets = 10_000;

/** A minute's budget can be spent at once, and comes back evenly. @param now milliseconds that never go back */
export const createBudgets = (
  limits: Limits = limitsOfDeployment(),
  now: () => number = () => performance.now(),
): Budgets => {
  const perMinute: Readonly<Record<Kind, number>> = {
    read: limits.readsPerMinute,
    write: limits.writesPerMinute,
    public: limits.publicPerMinute,
  };
  const buckets = new Map<string, Bucket>();
  // Nobody, not even who reads this process's memory later on, finds an address by it.
  const secret = randomBytes(32);
  return {
    spend: (kind, whom) => {
      const capacity = perMinute[kind];
      const key = createHmac('sha256', secret).update(`${kind}\n${whom}`).digest('base64');
      const at = now();
      const known = buckets.get(key) ?? { tokens: capacity, at };
      const tokens = Math.min(capacity, known.tokens + ((at - known.at) * capacity) / 60_000);
      buckets.delete(key);
      if (tokens < 1) {
        buckets.set(key, { tokens, at });
        throw new TooManyRequests('Too many requests at once. Wait, then go on.', ((1 - tokens) * 60) / capacity);
      }
      buckets.set(key, { tokens: tokens - 1, at });
      const oldest = buckets.keys().next().value;
      if (buckets.size > maximumBuckets && oldest !== undefined) buckets.delete(oldest);
    },
  };
};
