/**
 * List prices in US$, region us-east-1, as of November 2026; free tiers are left out. China's regions have price lists
 * of their own, in ¥, in the console's calculator only.
 */
export const prices = {
  stateTransition: { usd: 0.025 / 1000, source: 'https://aws.amazon.com/step-functions/pricing/ (Standard)' },
  writeRequestUnit: { usd: 0.625 / 1e6, source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  readRequestUnit: { usd: 0.125 / 1e6, source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  invocation: { usd: 0.2 / 1e6, source: 'https://aws.amazon.com/lambda/pricing/' },
  gigabyteSecond: { usd: 0.0000133334, source: 'https://aws.amazon.com/lambda/pricing/ (arm64)' },
  keyRequest: { usd: 0.03 / 10_000, source: 'https://aws.amazon.com/kms/pricing/' },
  httpRequest: { usd: 1 / 1e6, source: 'https://aws.amazon.com/api-gateway/pricing/ (HTTP API)' },
} as const;

export type Billed = keyof typeof prices;

/** US$ in all, and per kind of what is billed. */
export function cost(amounts: Readonly<Record<Billed, number>>): { usd: number; parts: Record<Billed, number> } {
  const kinds = Object.keys(prices) as Billed[];
  const parts = Object.fromEntries(kinds.map((kind) => [kind, amounts[kind] * prices[kind].usd])) as Record<
    Billed,
    number
  >;
  return { usd: kinds.reduce((sum, kind) => sum + parts[kind], 0), parts };
}
