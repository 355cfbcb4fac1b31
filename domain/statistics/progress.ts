import type { StreamRef } from '../ports.ts';

/** How far the figures have followed the record. */
export interface CountProgress {
  /** Whatever the record held at this instant (UTC) is counted, but for `uncounted`. Absent until that is known. */
  readonly upTo?: string;
  /** Streams that could not be counted and are tried again every minute; a hundred stands for more. */
  readonly uncounted: number;
}

/** A stream that could not be counted. */
export interface Postponed {
  readonly stream: StreamRef;
  /** Instant since which it waits. */
  readonly since: string;
  /** Instant of the last time that it could not be counted when its record moved. */
  readonly last: string;
}

/**
 * A beat is written into the table every minute and comes back through its stream. What was stored before it has come
 * through then as well, but only in the same part of the table, in which alone order is kept: so there are several, spread over
 * all parts, and the slowest says how far the figures are.
 */
export interface Beat {
  readonly number: number;
  /** When it was written, UTC. */
  readonly at: string;
}

/** What `count` keeps of its own work. */
export interface CountLog {
  /** Lets a stream wait to be counted, instead of everything that comes after it. @throws Unavailable */
  postpone(stream: StreamRef, at: string): Promise<void>;
  /** All that wait, in the order of their keys. @throws Unavailable */
  postponed(): Promise<readonly Postponed[]>;
  /** It is counted, and waits no longer unless it was postponed anew meanwhile. @throws Unavailable */
  settle(postponed: Postponed): Promise<void>;
  /** Writes every beat. @throws Unavailable */
  beat(at: string): Promise<void>;
  /** Beats have come through. @throws Unavailable */
  heard(beats: readonly Beat[]): Promise<void>;
  /** Eventually consistent. @throws Unavailable */
  progress(): Promise<CountProgress>;
}
