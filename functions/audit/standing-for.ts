/** For which petitions something in the record stands: whoever may not know of those does not see it either (Art. 28, 30). */

import { streamKey, streamOf } from '../../adapters/keys.ts';
import type { Officer } from '../../domain/access/roles.ts';
import type { NewEvent, RecordStore, StoredEvent, StreamRef } from '../../domain/ports.ts';
import { keptThing } from '../../domain/privacy/kept.ts';
import { bookingAt } from '../../domain/reception/booking.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import type { Session } from '../../domain/reception/session-state.ts';
import { foldBookings } from '../shared/bookings.ts';
import { mentionable } from '../shared/mention.ts';

type Data = Pick<NewEvent, 'data'>;

/**
 * The petitions for which a whole stream stands. Which unit may read a stream of its area is another question, that of the
 * policy's relations. @param begun its first fact
 */
export const standsFor = ({ kind, id }: StreamRef, begun: Data | undefined): readonly string[] => {
  switch (kind) {
    case 'petition':
    // It bears the petition's number.
    case 'placement':
      return [id];
    case 'whistle': {
      const { content } = (begun?.data ?? {}) as { readonly content?: { readonly petition?: string } };
      return content?.petition === undefined ? [] : [content.petition];
    }
    // What one fact of them has to do with a petition, `factStandsFor` says.
    case 'session':
    case 'booking':
    case 'need':
    case 'assembly':
      return [];
    case 'grid':
    case 'centre':
    case 'list-item':
    case 'briefing':
    case 'programme':
    case 'import':
    case 'post':
    case 'rota':
    case 'keeping':
      return [];
    // Who has read something is asked where it was read, and stands in no list of what units did.
    case 'reads':
      return [];
  }
};

/** Of the same facts one session: each fact of a day is asked about. */
const sessions = new WeakMap<readonly StoredEvent[], Session>();
const sessionOf = (facts: readonly StoredEvent[]): Session => {
  const session = sessions.get(facts) ?? foldSession(facts);
  sessions.set(facts, session);
  return session;
};

/**
 * The petitions for which one fact stands, within a stream that is about several matters or about none: a visit that became
 * one, a need or a question that did.
 * @param factsOf all facts of a stream, asked for where the fact alone does not say
 */
export const factStandsFor = async (
  stream: StreamRef,
  { type, data }: Pick<NewEvent, 'type' | 'data'>,
  factsOf: (stream: StreamRef) => Promise<readonly StoredEvent[]>,
): Promise<readonly string[]> => {
  const { visit, petition, booking } = data as {
    readonly visit?: number;
    readonly petition?: string;
    readonly booking?: number;
  };
  /** Whatever happened at the visit, long before there was a petition. */
  const becameOf = async (session: string, number: number | undefined): Promise<readonly string[]> => {
    if (number === undefined) return [];
    const { visits } = sessionOf(await factsOf({ kind: 'session', id: session }));
    const became = visits[number - 1]?.petition;
    return became === undefined ? [] : [became];
  };
  switch (stream.kind) {
    case 'session':
      return becameOf(stream.id, visit);
    // It bears the day's id, and is about the visit that it has become.
    case 'booking': {
      const day = foldBookings(await factsOf(stream));
      return booking === undefined ? [] : becameOf(stream.id, bookingAt(day, booking).visit);
    }
    case 'need': {
      if (type !== 'NeedErased') return petition === undefined ? [] : [petition];
      // It went with the petition that it had become, or for itself.
      const promoted = (await factsOf(stream)).find((each) => each.type === 'NeedPromoted');
      return promoted === undefined ? [] : [(promoted.data as { readonly petition: string }).petition];
    }
    case 'assembly':
      return petition === undefined ? [] : [petition];
    case 'keeping': {
      // A hold on a visit, or on its booking, is about what the visit became.
      const { kind, stream: thing, item } = keptThing(stream.id) ?? {};
      return thing === undefined || item === undefined
        ? []
        : factStandsFor(thing, { type, data: { [kind === 'booking' ? 'booking' : 'visit']: item } }, factsOf);
    }
    case 'petition':
    case 'placement':
    case 'whistle':
    case 'grid':
    case 'centre':
    case 'list-item':
    case 'briefing':
    case 'programme':
    case 'import':
    case 'post':
    case 'rota':
    case 'reads':
      return [];
  }
};

/** Whether a fact shows to an officer: a sealed matter does not, nor what stands for it. Reads each stream once. */
export const visibleTo = (records: Pick<RecordStore, 'stored'>, officer: Officer) => {
  const mayMention = mentionable(records, officer);
  const known = new Map<string, Promise<readonly StoredEvent[]>>();
  const factsOf = (stream: StreamRef): Promise<readonly StoredEvent[]> => {
    const key = streamKey(stream);
    const facts = known.get(key) ?? records.stored(stream).then(({ events }) => events);
    known.set(key, facts);
    return facts;
  };
  return async (fact: StoredEvent): Promise<boolean> => {
    const stream = streamOf(fact.stream);
    // Only of a whistle does the first fact say it.
    const begun = stream.kind === 'whistle' ? (await factsOf(stream))[0] : undefined;
    const petitions = [...standsFor(stream, begun), ...(await factStandsFor(stream, fact, factsOf))];
    return (await Promise.all(petitions.map(mayMention))).every(Boolean);
  };
};
