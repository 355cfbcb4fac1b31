/** More than this machine can do at once is refused at once: whoever is served is served in time. */

import type { JsonObject } from './intrinsics.ts';
import type { LocalResource } from './template.ts';

/** Invocations of one function at a time, where the template reserves no other number; more would only wait for each other. */
export const RUNNING_AT_ONCE = 16;
/** Requests that may wait for a function: some hundred milliseconds of work. */
export const WAITING_AT_MOST = 32;

/** A place is not to be had now. */
export class Busy extends Error {
  override readonly name = 'TooManyRequestsException';
}

/** Lets so many work at a time; the others wait their turn. */
export class Places {
  readonly #places: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /**
   * Works once there is a place.
   *
   * @param impatient is refused when many wait already: whoever asks over HTTP asks again; the workflow, streams and
   * schedules rather wait.
   * @throws Busy
   */
  async work<T>(impatient: boolean, what: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#places) {
      if (impatient && this.#waiting.length >= WAITING_AT_MOST) throw new Busy('Rate Exceeded.');
      // The place is handed over, not given back: nobody who comes later gets in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#taken += 1;
    }
    try {
      return await what();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}

/** Takes a token for one request; `false` when there is none left. */
export type Throttle = () => boolean;

/** Token bucket. @param now milliseconds that never go back */
export function tokenBucket(perSecond: number, burst: number, now: () => number = () => performance.now()): Throttle {
  let tokens = burst;
  let at = now();
  return () => {
    tokens = Math.min(burst, tokens + ((now() - at) * perSecond) / 1000);
    at = now();
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** The throttle of the template's stage; `THROTTLE=off` lifts it for measurements and tests, which ask more than people do. */
export function throttleOf(resources: readonly LocalResource[], setting = process.env.THROTTLE): Throttle {
  const stage = resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Stage');
  const settings = stage?.properties.DefaultRouteSettings as JsonObject | undefined;
  const { ThrottlingRateLimit, ThrottlingBurstLimit } = settings ?? {};
  if (setting === 'off' || ThrottlingRateLimit === undefined || ThrottlingBurstLimit === undefined) return () => true;
  return tokenBucket(Number(ThrottlingRateLimit), Number(ThrottlingBurstLimit));
}
