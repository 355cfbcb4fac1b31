import type { Context } from 'aws-lambda';

/** Of what a handler is told nothing is read but how much time is left. */
export const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
