import { setTimeout } from 'node:timers/promises';
import type { Officer, Role } from '../../domain/access/roles.ts';
import { StaleVersion, Unavailable } from '../../domain/errors.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import type { ReadEvent } from '../../domain/privacy/reads.ts';

export interface ReadLogDependencies {
  readonly records: Pick<RecordStore, 'head' | 'commit'>;
  readonly clock: Clock;
}

/**
 * How long is tried, in milliseconds, before the answer is withheld. Many can open one matter at once, and each must follow
 * the one before in its chain: forty need about a second (tests/adapters/reads.test.ts). The gateway waits longer than this.
 */
const patienceMilliseconds = 6000;

/** Milliseconds before the next attempt, at random, so that those who read at once do not meet again; longer each time. */
const pause = (attempt: number): number => Math.random() * Math.min(20 * 2 ** attempt, 500);

/**
 * Records that an officer reads personal data, before he gets it: what cannot be recorded is not shown.
 * @param number of what is read: a petition, or one of `readKinds`; of a unit, for its lists
 * @throws Unavailable
 */
export const recordRead = async (
  { records, clock }: ReadLogDependencies,
  { id, unit }: Pick<Officer, 'id' | 'unit'>,
  role: Role,
  number: string,
  data: ReadEvent['data'],
): Promise<void> => {
  const stream = { kind: 'reads', id: number } as const;
  const began = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const expectedVersion = (await records.head(stream))?.version ?? 0;
    try {
      const event = { type: 'PersonalDataRead', at: clock.now(), actor: { id, unit, role }, data };
      await records.commit([
        {
          stream,
          expectedVersion,
          events: [event],
          head: { summary: { reads: expectedVersion + 1 }, openStages: [] },
          signals: [],
          decisions: [],
        },
      ]);
      return;
    } catch (error) {
      if (!(error instanceof StaleVersion)) throw error;
      if (performance.now() - began > patienceMilliseconds)
        throw new Unavailable('The history of reads is being written by others.');
      await setTimeout(pause(attempt));
    }
  }
};
