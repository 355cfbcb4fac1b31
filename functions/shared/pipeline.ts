import type { Action } from '../../domain/access/policy.ts';
import { DuplicateRequest, Refusal, StaleVersion } from '../../domain/errors.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { Answer, RecordStore, StreamWrite } from '../../domain/ports.ts';
import type { Result } from './http-api.ts';
import { BadRequest } from './problem.ts';

/** `Omit` of each member of a union: a command without what the pipeline adds. */
export type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The parts of a request that make a change safe to repeat and safe against others. */
export interface Guarded {
  /** What the route declares that it does; nothing else is done through it. */
  readonly actions: readonly Action[];
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  readonly expectedVersion: number;
}

/** @throws Error when a route does what it does not declare: a fault of ours, which the table of access would not show */
export const requireDeclared = ({ actions }: Pick<Guarded, 'actions'>, action: Action): void => {
  if (!actions.includes(action)) throw new Error(`The route declares ${actions.join(', ')}, not ${action}.`);
};

/** A state as folded from the record. */
export interface Recorded {
  /** Instant of its last fact. */
  readonly recordedAt: string;
}

/**
 * The instant for new facts on what was loaded: now, but never before what its record already holds. Clocks of different
 * functions differ, and a clock may be set back; the order of the facts is that of their numbers, and dates follow it.
 */
export const instantFor = (now: string, ...loaded: readonly Recorded[]): string =>
  loaded.reduce((at, { recordedAt }) => (recordedAt > at ? recordedAt : at), now);

/** How often is tried again what nobody who waits can resolve: a petitioner knows no versions, nor does the sweep. */
export const maximumAttempts = 5;

/** Works again from the beginning when somebody else was faster. @throws StaleVersion after several attempts */
export const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleVersion) || attempt === maximumAttempts) throw error;
    }
  }
};

/** What every command goes through, whoever gives it: once per idempotency key, in one transaction. */
export const createPipeline = (records: RecordStore) => {
  const replay = ({ same, body }: Pick<Answer, 'body'> & { readonly same: boolean }): Result => {
    if (!same) {
      throw new BadRequest(
        'idempotency-key-reused',
        422,
        'This Idempotency-Key was used for a different request. Nothing was changed.',
      );
    }
    const { version } = body as { version: number };
    return { body, version, replayed: true };
  };

  /**
   * Works, and where that is refused looks whether the same request was carried out before: then its answer is the
   * answer. A repeat never gets through, because the transaction holds the key; so the first time, which is nearly every
   * time, needs no look beforehand.
   */
  const once = async (scope: string, guarded: Guarded, work: (key: string) => Promise<Result>): Promise<Result> => {
    const key = `${scope}#${guarded.idempotencyKey}`;
    try {
      return await work(key);
    } catch (error) {
      if (!(error instanceof DuplicateRequest || error instanceof StaleVersion || error instanceof Refusal))
        throw error;
      const earlier = await records.answerTo(key, guarded.fingerprint);
      if (earlier) return replay(earlier);
      throw error;
    }
  };

  const commit = async (
    key: string,
    guarded: Guarded,
    id: string,
    writes: readonly [StreamWrite, ...StreamWrite[]],
    more: object = {},
  ): Promise<Result> => {
    const [main] = writes;
    const version = main.expectedVersion + main.events.length;
    const body = { number: id, version, events: main.events.map(({ type }) => type), ...more };
    await records.commit(writes, { key, answer: { fingerprint: guarded.fingerprint, status: 200, body } });
    return { body, version };
  };

  const loadPetition = async (id: string): Promise<Petition & Recorded> => {
    const { events } = await records.load({ kind: 'petition', id });
    if (events.length === 0) throw new Refusal('not-found', 'There is no such petition.');
    return { ...foldPetition(events), recordedAt: events.at(-1)?.at ?? '' };
  };

  return { once, commit, loadPetition };
};
