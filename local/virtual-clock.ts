/**
 * The clock of training and tests: the machine's own, moved forward. Functions see it through their `Date`, so that every
 * limit runs as it would in weeks; tokens, time-outs and the store keep real time. It never moves back: what has been
 * recorded has happened.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './whole-file.ts';

export interface VirtualClock {
  /** Milliseconds ahead, shared with the functions' workers. */
  readonly shared: SharedArrayBuffer;
  /** Milliseconds ahead. */
  offset(): number;
  /** Moves forward. @throws Error for anything but a positive number of milliseconds */
  advance(milliseconds: number): void;
}

/** No case runs longer, and dates far beyond have no calendar. */
const farthest = 50 * 365.25 * 86_400_000;

/** The clock of a data folder; it stays where it was over restarts. */
export function openClock(folder: string): VirtualClock {
  const file = join(folder, 'clock.json');
  const shared = new SharedArrayBuffer(8);
  const ahead = new Float64Array(shared);
  ahead[0] = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { offset: number }).offset : 0;
  const offset = () => ahead[0] ?? 0;
  return {
    shared,
    offset,
    advance: (milliseconds) => {
      const moved = offset() + milliseconds;
      if (!(milliseconds > 0 && moved <= farthest))
        throw new Error('The clock moves forward only, by at most 50 years in all');
      writeWhole(file, JSON.stringify({ offset: moved }));
      ahead[0] = moved;
    },
  };
}

/** Makes this thread's `Date` run ahead by what stands in the shared memory. */
export function runAhead(shared: SharedArrayBuffer): void {
  const ahead = new Float64Array(shared);
  const RealDate = Date;
  const now = () => RealDate.now() + (ahead[0] ?? 0);
  globalThis.Date = class extends RealDate {
    constructor(...parts: [] | [value: number | string | Date]) {
      // A date made from something is that date; only the present moves.
      if (parts.length === 0) super(now());
      else super(...(parts as unknown as [value: number | string | Date]));
    }

    static override now(): number {
      return now();
    }
  } as DateConstructor;
}
