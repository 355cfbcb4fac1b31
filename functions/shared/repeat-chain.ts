import { timesBrought } from '../../domain/petition/backlog.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { RecordStore } from '../../domain/ports.ts';

/** Under what a petition is found that was linked to an earlier one as its repeat. A link taken back stays filed. */
export const repeatOf = (earlier: string): string => `repeats#${earlier}`;

/** How often a matter was brought, over all that are linked with it. Opens no text. */
export const timesBroughtOf = (
  records: Pick<RecordStore, 'stored' | 'findByLookup'>,
  petition: Petition,
): Promise<number> =>
  timesBrought(
    petition,
    (numbers) =>
      Promise.all(numbers.map(async (id) => foldPetition((await records.stored({ kind: 'petition', id })).events))),
    async (number) => (await records.findByLookup(repeatOf(number))).map(({ id }) => id),
  );
