import { type Assembly, type AssemblyEvent, assemblyStream } from '../../domain/assembly/assembly.ts';
import { disclosuresOf } from '../../domain/assembly/disclosure.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, EvidenceFiles, PendingErasures, RecordStore, StreamRef } from '../../domain/ports.ts';
import { clockActor } from '../shared/clock-actor.ts';
import type { Erasure } from '../shared/erasure.ts';
import { logged, triggered } from '../shared/log.ts';

export interface Dependencies {
  readonly records: Pick<RecordStore, 'stored'>;
  readonly pending: PendingErasures;
  readonly files: Pick<EvidenceFiles, 'erase'>;
  readonly erasure: Pick<Erasure, 'finish'>;
  readonly clock: Clock;
}

/** What one run did. */
export interface Erased {
  /** Petitions of which nothing can come any more. */
  done: number;
  /** Petitions of which something may still come: they are looked at again. */
  waiting: number;
  /** Visits, whistles and the like, by stream, that an erasure had left. */
  streams: number;
  /** Versions of files that went. */
  files: number;
  failed: number;
}

const pageSize = 50;

/**
 * A scan that took a file in before the erasure may still copy it; it runs at most ten minutes (infra/functions.ts). Nobody else
 * who has read the petition before works on for longer, and the index of whistles is late by less.
 */
const scanMilliseconds = 15 * 60_000;

/** From when on nothing can come any more: every form that was signed is over, and every scan has ended. */
const lastArrival = (formsUntil: readonly string[], erasedAt: string): number =>
  Math.max(...[erasedAt, ...formsUntil].map(Date.parse)) + scanMilliseconds;

/**
 * Schedule: finishes what the approval of an erasure has begun. Visits, whistles and the like lose their keys where they have
 * not yet, and the files go, from quarantine and from the evidence, in every version.
 * Each petition, and each assembly, waits from the transaction of its erasure on, and until nothing of it can come any more: a run that fails
 * or dies is made good by the next, and a whistle that was drafted in that moment or a file that lands late goes too.
 */
export const createHandler = ({ records, pending, files, erasure, clock }: Dependencies) => {
  const erase = async (stream: StreamRef, done: Erased): Promise<void> => {
    const { kind, id } = stream;
    const { events } = await records.stored(stream);
    const fact = kind === 'petition' ? 'PersonalDataErased' : 'AssemblyErased';
    const erased = events.find(({ type }) => type === fact);
    // Whatever waits here: what belongs to something whose record does not say so is nobody's to erase.
    if (erased === undefined) throw new Error(`The record of ${id} does not say that it was erased.`);
    const now = Date.parse(clock.now());
    // Neither waits for the other where it fails. Nothing else goes with an assembly.
    const [streams, versions] = await Promise.allSettled([
      kind === 'petition' ? erasure.finish(id, clockActor) : 0,
      files.erase(kind === 'petition' ? id : disclosuresOf(id)),
    ]);
    if (streams.status === 'fulfilled') done.streams += streams.value;
    if (versions.status === 'fulfilled') done.files += versions.value;
    for (const each of [streams, versions]) if (each.status === 'rejected') throw each.reason;
    const formsUntil =
      kind === 'petition'
        ? foldPetition(events).evidence.map(({ uploadUntil }) => uploadUntil)
        : foldPlain<Assembly, AssemblyEvent>(assemblyStream, events).disclosures.flatMap(({ file }) =>
            file ? [file.uploadUntil] : [],
          );
    if (now <= lastArrival(formsUntil, erased.at)) {
      done.waiting += 1;
      return;
    }
    await pending.done(stream);
    done.done += 1;
  };

  return triggered<unknown, Erased>().handler(async () => {
    const done: Erased = { done: 0, waiting: 0, streams: 0, files: 0, failed: 0 };
    let cursor: string | undefined;
    do {
      const page = await pending.waiting(pageSize, cursor);
      for (const stream of page.items) {
        try {
          await erase(stream, done);
        } catch (error) {
          done.failed += 1;
          console.error({ message: 'An erasure could not be finished', number: stream.id, error: logged(error) });
        }
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    console.info({ message: 'Erased', ...done });
    // The rest has been done; failing now is what rings the alarm.
    if (done.failed > 0) throw new Error(`${String(done.failed)} erasures could not be finished.`);
    return done;
  });
};
