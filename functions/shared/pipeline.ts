import { DuplicateRequest, Refusal, StaleVersion } from '../../domain/errors.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { Answer, RecordStore, StreamWrite } from '../../domain/ports.ts';
import type { Result } from './http-api.ts';
import { BadRequest } from './problem.ts';

/** The parts of a request that make a change safe to repeat and safe against others. */
export interface Guarded {
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  readonly expectedVersion: number;
}

/** How often is tried again what nobody who waits can resolve: a petitioner knows no versions, nor does the sweep. */
export const maximumAttempts = 5;

/** What every command goes through, whoever gives it: once per idempotency key, in one transaction. */
export const createPipeline = (records: RecordStore) => {
  const replay = ({ fingerprint, body }: Answer, guarded: Guarded): Result => {
    if (fingerprint !== guarded.fingerprint) {
      throw new BadRequest(
        'idempotency-key-reused',
        422,
        'This Idempotency-Key was used for a different request. Nothing was changed.',
      );
    }
    const { version } = body as { version: number };
    return { body, version, replayed: true };
  };

  /** Answers a repeat from the record; otherwise works, and if the same request wins elsewhere meanwhile, answers with that. */
  const once = async (scope: string, guarded: Guarded, work: (key: string) => Promise<Result>): Promise<Result> => {
    const key = `${scope}#${guarded.idempotencyKey}`;
    const earlier = await records.answerTo(key);
    if (earlier) return replay(earlier, guarded);
    try {
      return await work(key);
    } catch (error) {
      // The twin of this request may have committed between our two reads: then its answer is the answer.
      if (!(error instanceof DuplicateRequest || error instanceof StaleVersion || error instanceof Refusal))
        throw error;
      const twin = await records.answerTo(key);
      if (twin) return replay(twin, guarded);
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

  const loadPetition = async (id: string): Promise<Petition> => {
    const { events } = await records.load({ kind: 'petition', id });
    if (events.length === 0) throw new Refusal('not-found', 'There is no such petition.');
    return foldPetition(events);
  };

  return { once, commit, loadPetition };
};
