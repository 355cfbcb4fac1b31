import type { Clock } from '../domain/ports.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

const shanghaiOffsetMs = 8 * 60 * 60 * 1000;

/** The legal day (yyyy-mm-dd in Asia/Shanghai, UTC+8 all year since 1991) of an RFC 3339 instant. */
export const shanghaiDay = (at: string): string =>
  new Date(new Date(at).getTime() + shanghaiOffsetMs).toISOString().slice(0, 10);
