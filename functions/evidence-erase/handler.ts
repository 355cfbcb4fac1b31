import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { Clock, EvidenceFiles, PendingErasures, RecordStore } from '../../domain/ports.ts';
import { logged, triggered } from '../shared/log.ts';

export interface Dependencies {
  readonly records: Pick<RecordStore, 'stored'>;
  readonly pending: PendingErasures;
  readonly files: Pick<EvidenceFiles, 'erase'>;
  readonly clock: Clock;
}

/** What one run did. */
export interface Erased {
  /** Petitions of which nothing can come any more. */
  done: number;
  /** Petitions for which a form may still be out: they are looked at again. */
  waiting: number;
  /** Versions of files that went. */
  files: number;
  failed: number;
}

const pageSize = 50;

/** A scan that took a file in before the erasure may still copy it; it runs at most ten minutes (infra/functions.ts). */
const scanMilliseconds = 15 * 60_000;

/** From when on no file of the petition can come any more: every form that was signed is over, and every scan has ended. */
const lastArrival = ({ evidence }: Petition, erasedAt: string): number =>
  Math.max(...[erasedAt, ...evidence.map(({ uploadUntil }) => uploadUntil)].map(Date.parse)) + scanMilliseconds;

/**
 * Schedule: the files of petitions whose key was destroyed go, from quarantine and from the evidence, in every version.
 * Each petition waits from the transaction of its erasure on, and until nothing of it can come any more: a run that fails
 * or dies is made good by the next, and a file that lands late by a form from before goes too.
 */
export const createHandler = ({ records, pending, files, clock }: Dependencies) => {
  const erase = async (id: string, done: Erased): Promise<void> => {
    const { events } = await records.stored({ kind: 'petition', id });
    const erasure = events.find(({ type }) => type === 'PersonalDataErased');
    // Whatever waits here: files of a petition whose record does not say so are nobody's to erase.
    if (erasure === undefined) throw new Error(`The record of ${id} does not say that it was erased.`);
    const now = Date.parse(clock.now());
    done.files += await files.erase(id);
    if (now <= lastArrival(foldPetition(events), erasure.at)) {
      done.waiting += 1;
      return;
    }
    await pending.done({ kind: 'petition', id });
    done.done += 1;
  };

  return triggered<unknown, Erased>().handler(async () => {
    const done: Erased = { done: 0, waiting: 0, files: 0, failed: 0 };
    let cursor: string | undefined;
    do {
      const page = await pending.waiting(pageSize, cursor);
      for (const { id } of page.items) {
        try {
          await erase(id, done);
        } catch (error) {
          done.failed += 1;
          console.error({ message: 'The files of a petition could not be erased', number: id, error: logged(error) });
        }
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    console.info({ message: 'Erased', ...done });
    // The rest has been done; failing now is what rings the alarm.
    if (done.failed > 0) throw new Error(`The files of ${String(done.failed)} petitions could not be erased.`);
    return done;
  });
};
