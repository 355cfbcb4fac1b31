import { foldPlacement } from '../../domain/centre/placement-history.ts';
import { needStream } from '../../domain/grid/need.ts';
import type { Need, NeedEvent } from '../../domain/grid/need-state.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { RecordStore } from '../../domain/ports.ts';
import { visitsOf } from '../../domain/privacy/erasure.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import { foldWhistle, whistlesOf } from '../../domain/whistle/whistle-history.ts';

type Stored = Pick<RecordStore, 'stored' | 'findByLookup'>;

/** Something that holds texts about the same person. `erasedOn` absent: they stand. */
export interface LinkedRecord {
  readonly kind: 'visit' | 'need' | 'question' | 'placement' | 'whistle' | 'part' | 'whole';
  /** Of the session, need, assembly, whistle or petition. */
  readonly id: string;
  /** Which visit or question of it. */
  readonly item?: number;
  readonly erasedOn?: string;
}

/** What the record links to a petition, and what of it was erased. @param mayMention of petitions */
export const linkedRecords = async (
  records: Stored,
  petition: Petition,
  mayMention: (number: string) => Promise<boolean>,
): Promise<readonly LinkedRecord[]> => {
  const { registration, incidents } = petition;
  const erased = (erasedOn: string | undefined) => (erasedOn === undefined ? {} : { erasedOn });
  const visit = async ({ session, visit: item }: ReturnType<typeof visitsOf>[number]): Promise<LinkedRecord> => {
    const { visits } = foldSession((await records.stored({ kind: 'session', id: session })).events);
    return { kind: 'visit', id: session, item, ...erased(visits[item - 1]?.erasedOn) };
  };
  const other = async (kind: 'part' | 'whole', id: string): Promise<readonly LinkedRecord[]> => {
    if (!(await mayMention(id))) return [];
    const { keeping } = foldPetition((await records.stored({ kind: 'petition', id })).events);
    return [{ kind, id, ...erased(keeping.erasedOn) }];
  };
  const origin = async (): Promise<readonly LinkedRecord[]> => {
    const from = registration?.origin;
    if (from === undefined) return [];
    if (from.kind === 'assembly') return [{ kind: 'question', id: from.id, item: from.question }];
    const { events } = await records.stored({ kind: 'need', id: from.id });
    return [{ kind: 'need', id: from.id, ...erased(foldPlain<Need, NeedEvent>(needStream, events).erasedOn) }];
  };
  const placed = async (): Promise<readonly LinkedRecord[]> => {
    const placement = foldPlacement((await records.stored({ kind: 'placement', id: petition.number })).events);
    return placement.at === undefined
      ? []
      : [{ kind: 'placement', id: petition.number, ...erased(placement.erasedOn) }];
  };
  // Eventually consistent: one of this very moment may be missing.
  const blown = async (): Promise<readonly LinkedRecord[]> =>
    Promise.all(
      (await records.findByLookup(whistlesOf(petition.number))).map(async ({ id }): Promise<LinkedRecord> => {
        const { erasedOn } = foldWhistle((await records.stored({ kind: 'whistle', id })).events);
        return { kind: 'whistle', id, ...erased(erasedOn) };
      }),
    );
  const [visits, origins, placements, whistles, whole, ...parts] = await Promise.all([
    Promise.all(visitsOf(petition).map(visit)),
    origin(),
    placed(),
    blown(),
    registration?.parent === undefined ? [] : other('whole', registration.parent),
    ...incidents.children.map(({ number }) => other('part', number)),
  ]);
  return [...visits, ...origins, ...placements, ...whistles, ...whole, ...parts.flat()];
};
