import { setTimeout } from 'node:timers/promises';
import type { Officer, Role } from '../../domain/access/roles.ts';
import { StaleVersion, Unavailable } from '../../domain/errors.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import type { ReadEvent } from '../../domain/privacy/reads.ts';

export interface ReadLogDependencies {
  readonly records: Pick<RecordStore, 'head' | 'commit'>;
  readonly clock: Clock;
}

/** Many can read at once: how often is tried again before the answer is withheld. */
const attempts = 12;

/** Milliseconds at most before the next attempt, so that those who read at once do not meet again. */
const pause = (attempt: number): number => Math.random() * 10 * attempt;

/**
 * Records that an officer reads personal data, before he gets it: what cannot be recorded is not shown.
 * @param number of a petition or a reception day
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
      if (attempt === attempts) throw new Unavailable('The history of reads is being written by others.');
      await setTimeout(pause(attempt));
    }
  }
};
