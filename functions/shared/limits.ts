import * as z from 'zod/mini';

const perMinute = z.int().check(z.gte(1), z.lte(10_000_000));

/**
 * How much is too much. None of it is law; a deployment sets its own (`-c limits=…`, docs/operations.md). Requests are
 * counted per process of a function: the throttle of the HTTP API is the limit around all of them.
 */
const Limits = z.strictObject({
  /** What one officer reads in a minute; a screen with its lists is about ten requests. */
  readsPerMinute: z._default(perMinute, 600),
  /** What one officer writes in a minute. */
  writesPerMinute: z._default(perMinute, 120),
  /** What one address asks of the public routes in a minute; whole villages share one. */
  publicPerMinute: z._default(perMinute, 300),
  /** Failed attempts at a query code, after which whoever has failed waits until the window ends. */
  failedCodes: z._default(z.int().check(z.gte(1), z.lte(1000)), 5),
  /** Length of that window. */
  failedCodesMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 15),
});

export type Limits = z.infer<typeof Limits>;

/** @param json of the fields that differ from our defaults. @throws Error at start when it is no such thing */
export const limitsFrom = (json = '{}'): Limits => Limits.parse(JSON.parse(json));

/** As the stack sets them (infra/app-stack.ts). */
export const limitsOfDeployment = (): Limits => limitsFrom(process.env.LIMITS || '{}');
