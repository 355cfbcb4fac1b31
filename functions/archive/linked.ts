import { isSealed } from '../../domain/access/sight.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { erasePlacement, foldPlacement, placementStream } from '../../domain/centre/placement.ts';
import { eraseNeed, needStream } from '../../domain/grid/need.ts';
import type { Need, NeedEvent } from '../../domain/grid/need-state.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { RecordStore, StreamWrite } from '../../domain/ports.ts';
import { visitsOf } from '../../domain/privacy/erasure.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import { eraseVisits } from '../../domain/reception/visits.ts';
import { eraseWhistle, foldWhistle, whistleHistory, whistlesOf } from '../../domain/whistle/whistle-history.ts';
import type { Also } from '../shared/commands.ts';
import { instantFor } from '../shared/pipeline.ts';
import { plainWrite, sessionWrite } from '../shared/stream-writes.ts';
import { bookingsErased } from './booked.ts';

type Stored = Pick<RecordStore, 'stored' | 'findByLookup'>;

/** The whistles that were blown for a petition. Eventually consistent: one of this very moment may be missing. */
const whistlesFor = async (records: Stored, petition: string) =>
  Promise.all(
    (await records.findByLookup(whistlesOf(petition))).map(async ({ id }) => {
      const { events } = await records.stored({ kind: 'whistle', id });
      return { events, whistle: foldWhistle(events) };
    }),
  );

const placementFor = async (records: Stored, id: string) => {
  const { events } = await records.stored({ kind: 'placement', id });
  return { events, placement: foldPlacement(events) };
};

const lastOf = (events: readonly { readonly at: string }[]) => ({ recordedAt: events.at(-1)?.at ?? '' });

/**
 * What else an erasure destroys in its own transaction: the visits at which the matter was told, each with its own key, the need
 * of the grid that it was before, what centres wrote about it, and the whistles that were blown for it. Parts of a split petition have a time and two persons of their own; the questions of an
 * assembly name nobody, and stand in minutes that the village has published.
 */
export const erasedWithIt =
  (records: Stored): Also =>
  async (petition, events, { at, by, context }) => {
    if (!events.some(({ type }) => type === 'PersonalDataErased')) return [];
    const on = legalDay(at);
    const bySession = Map.groupBy(visitsOf(petition), ({ session }) => session);
    const visits = await Promise.all(
      [...bySession].map(async ([id, told]): Promise<readonly StreamWrite[]> => {
        const history = (await records.stored({ kind: 'session', id })).events;
        const session = foldSession(history);
        const facts = eraseVisits(
          session,
          told.map(({ visit }) => visit),
          on,
          isSealed(petition),
        );
        if (facts.length === 0) return [];
        const write = sessionWrite(session, facts, id, instantFor(at, lastOf(history)), by, context);
        const erased = facts.map(({ data }) => data.visit);
        const booked = (await records.stored({ kind: 'booking', id })).events;
        return [{ ...write, erasesParts: erased }, ...bookingsErased(id, booked, erased, { on, at, by, context })];
      }),
    );
    return [...visits.flat(), ...(await needErased()), ...(await placementErased()), ...(await whistlesErased())];

    async function placementErased(): Promise<readonly StreamWrite[]> {
      const { events: history, placement } = await placementFor(records, petition.number);
      const facts = erasePlacement(placement, on);
      if (facts.length === 0) return [];
      const then = instantFor(at, lastOf(history));
      const write = plainWrite(placementStream, placement, facts, petition.number, then, by, context);
      return [{ ...write, erases: true }];
    }

    async function whistlesErased(): Promise<readonly StreamWrite[]> {
      return (await whistlesFor(records, petition.number)).flatMap(({ events: history, whistle }) => {
        const facts = eraseWhistle(whistle, on);
        if (facts.length === 0) return [];
        const then = instantFor(at, lastOf(history));
        const write = plainWrite(whistleHistory, whistle, facts, whistle.id, then, by, context);
        // Still found as what it was blown for: that names nobody.
        return [{ ...write, erases: true as const, lookups: [whistlesOf(petition.number)] }];
      });
    }

    async function needErased(): Promise<readonly StreamWrite[]> {
      const origin = petition.registration?.origin;
      if (origin?.kind !== 'need') return [];
      const history = (await records.stored({ kind: 'need', id: origin.id })).events;
      const need = foldPlain<Need, NeedEvent>(needStream, history);
      const facts = eraseNeed(need, on);
      if (facts.length === 0) return [];
      const write = plainWrite(needStream, need, facts, origin.id, instantFor(at, lastOf(history)), by, context);
      return [{ ...write, erases: true }];
    }
  };

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
    const { placement } = await placementFor(records, petition.number);
    return placement.at === undefined
      ? []
      : [{ kind: 'placement', id: petition.number, ...erased(placement.erasedOn) }];
  };
  const blown = async (): Promise<readonly LinkedRecord[]> =>
    (await whistlesFor(records, petition.number)).map(({ whistle: { id, erasedOn } }) => ({
      kind: 'whistle',
      id,
      ...erased(erasedOn),
    }));
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
