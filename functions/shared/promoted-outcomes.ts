import type { Assembly } from '../../domain/assembly/assembly.ts';
import { outcomeFor } from '../../domain/petition/origin.ts';
import type { RecordStore } from '../../domain/ports.ts';

/** By question: what became of the petitions that questions of an assembly have become, from their heads alone. */
export const promotedOutcomes = async (
  records: Pick<RecordStore, 'head'>,
  { questions }: Assembly,
): Promise<Readonly<Record<number, string>>> =>
  Object.fromEntries(
    await Promise.all(
      questions.flatMap(({ promoted }, index) =>
        promoted
          ? [
              records
                .head({ kind: 'petition', id: promoted.petition })
                .then((head) => [index + 1, outcomeFor(head?.summary ?? {})] as const),
            ]
          : [],
      ),
    ),
  );
