import { type Assembly, type AssemblyEvent, assemblyStream, questionOutcome } from '../../domain/assembly/assembly.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal } from '../../domain/errors.ts';
import { needStream } from '../../domain/grid/need.ts';
import type { Need, NeedEvent } from '../../domain/grid/need-state.ts';
import { needStatus } from '../../domain/grid/need-views.ts';
import type { Context } from '../../domain/petition/state.ts';
import { foldPlain, type PlainHistory } from '../../domain/plain-stream.ts';
import type { EventActor, StoredEvent, StreamWrite } from '../../domain/ports.ts';
import { type Kept, yearsAfter } from '../../domain/privacy/erasure.ts';
import type { KeptThing } from '../../domain/privacy/kept.ts';
import { type Programme, type ProgrammeEvent, programmeStream } from '../../domain/programme/programme.ts';
import { lastDayKept } from '../../domain/reception/booking.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import { eraseVisits, isUnused } from '../../domain/reception/visits.ts';
import { type ListItem, type ListItemEvent, listItemStream } from '../../domain/whistle/list-item.ts';
import { isUnderWay } from '../../domain/whistle/state.ts';
import { eraseWhistle, foldWhistle, whistleHistory, whistlesOf } from '../../domain/whistle/whistle-history.ts';
import { bookingsErased } from '../shared/booked.ts';
import { bookingWrite, foldBookings } from '../shared/bookings.ts';
import { plainWrite, sessionWrite } from '../shared/stream-writes.ts';

/** What can be kept or erased by itself, as its stream says it stands. */
export interface Found {
  readonly unit: string;
  /** Petitions that it became or was for: as long as one of them is kept it goes with that, not by itself. */
  readonly petitions: readonly string[];
  /** Last legal day on which something of it happened, once it is over. */
  readonly endedOn?: string;
  readonly years: number | 'permanent';
  /** Last legal day on which it is kept, where that is not counted in years. */
  readonly until?: string;
  /** Its texts open no more since this day, whoever has ended them. */
  readonly erasedOn?: string;
  /** What its erasure writes to its own stream: the fact, and the end of its key. */
  readonly erased: (on: string, at: string, by: EventActor, context: Context) => readonly StreamWrite[];
}

const dayOfLast = (events: readonly StoredEvent[]): string => legalDay(events.at(-1)?.at ?? '');

/** @param today legal day @returns `undefined` when there is none. As stored: none of it asks for a text. */
export const findKept = (
  { kind, stream: { id }, item = 0 }: KeptThing,
  events: readonly StoredEvent[],
  today: string,
  configuration: Configuration,
  /** Of a visit what is recorded of the bookings of its day, of a booking the facts of that day. */
  ofDay: readonly StoredEvent[] = [],
): Found | undefined => {
  if (events.length === 0) return undefined;
  const { retention } = configuration;
  const plain = <S extends { readonly version: number }, E extends { readonly type: string; readonly data: object }>(
    rules: PlainHistory<S, E>,
    unit: string | undefined,
    state: S,
    over: boolean,
    facts: (on: string) => readonly E[],
    petitions: readonly string[] = [],
    endedOn = dayOfLast(events),
  ): Found | undefined =>
    unit === undefined
      ? undefined
      : {
          unit,
          petitions,
          ...(over ? { endedOn } : {}),
          years: retention.usual,
          erased: (on, at, by, context) => [
            { ...plainWrite(rules, state, facts(on), id, at, by, context), erases: true },
          ],
        };
  const basis = 'P47' as const;
  switch (kind) {
    case 'visit': {
      const session = foldSession(events);
      const found = session.visits[item - 1];
      if (found === undefined || session.unit === undefined) return undefined;
      const { petition, outcome, commitment, instruction, erasedOn } = found;
      const over = outcome !== undefined && (commitment === undefined || commitment.completedOn !== undefined);
      const own = events.filter(({ data }) => (data as { visit?: number }).visit === item);
      return {
        unit: session.unit,
        petitions: petition === undefined ? [] : [petition],
        ...(over ? { endedOn: dayOfLast(own) } : {}),
        ...defined({ erasedOn }),
        // Ended by the clock then (`unusedVisits`).
        ...(isUnused(found) && session.content ? { until: lastDayKept(session.content.date, { configuration }) } : {}),
        years: instruction === undefined ? retention.usual : retention.instructed,
        erased: (on, at, by, context) => [
          { ...sessionWrite(session, eraseVisits(session, [item], on), id, at, by, context), erasesParts: [item] },
          ...bookingsErased(id, ofDay, [item], { on, at, by, context }),
        ],
      };
    }
    case 'booking': {
      const bookings = foldBookings(events);
      const booking = bookings.bookings[item - 1];
      if (!booking) return undefined;
      const { petition } = foldSession(ofDay).visits[(booking.visit ?? 0) - 1] ?? {};
      const fact = { type: 'BookingErased', data: { booking: item, basis } } as const;
      return {
        unit: bookings.unit,
        petitions: petition === undefined ? [] : [petition],
        ...(booking.date < today ? { endedOn: booking.date } : {}),
        ...defined({ erasedOn: booking.forgottenOn }),
        until: lastDayKept(booking.date, { configuration }),
        years: retention.usual,
        erased: (on, at, by, context) => [
          bookingWrite(bookings, [{ ...fact, data: { ...fact.data, on } }], id, at, by, context),
        ],
      };
    }
    case 'need': {
      const need = foldPlain<Need, NeedEvent>(needStream, events);
      const over =
        needStatus(need) !== 'open' &&
        need.unexplained.length === 0 &&
        need.services.every(({ until }) => until < today);
      const petitions = need.promoted === undefined ? [] : [need.promoted.petition];
      const facts = (on: string): readonly NeedEvent[] => [{ type: 'NeedErased', data: { on, basis } }];
      return plain(needStream, need.unit, need, over, facts, petitions);
    }
    case 'assembly': {
      const assembly = foldPlain<Assembly, AssemblyEvent>(assemblyStream, events);
      const { unit, notice, minutes, cancelled, questions } = assembly;
      const open = notice && questions.some((question) => questionOutcome(question, notice) === 'open');
      const over = cancelled !== undefined || (minutes !== undefined && !open);
      const petitions = questions.flatMap(({ promoted }) => (promoted === undefined ? [] : [promoted.petition]));
      const facts = (on: string): readonly AssemblyEvent[] => [{ type: 'AssemblyErased', data: { on, basis } }];
      return plain(assemblyStream, unit, assembly, over, facts, petitions);
    }
    case 'whistle': {
      const whistle = foldWhistle(events);
      const { unit, content } = whistle;
      const petitions = content?.petition === undefined ? [] : [content.petition];
      // Still found as what it was blown for: that names nobody.
      const lookups = petitions.map(whistlesOf);
      const found = plain(
        whistleHistory,
        unit,
        whistle,
        !isUnderWay(whistle),
        (on) => eraseWhistle(whistle, on),
        petitions,
      );
      return found && { ...found, erased: (...act) => found.erased(...act).map((write) => ({ ...write, lookups })) };
    }
    case 'list-item': {
      const item = foldPlain<ListItem, ListItemEvent>(listItemStream, events);
      const facts = (on: string): readonly ListItemEvent[] => [{ type: 'ListItemErased', data: { on, basis } }];
      return plain(listItemStream, item.unit, item, item.closed !== undefined, facts);
    }
    case 'programme': {
      const programme = foldPlain<Programme, ProgrammeEvent>(programmeStream, events);
      const { unit, to } = programme;
      const facts = (on: string): readonly ProgrammeEvent[] => [{ type: 'ProgrammeErased', data: { on, basis } }];
      return plain(programmeStream, unit, programme, to !== undefined && to < today, facts, [], to);
    }
  }
};

/** Where it stands in time, as the rules of erasure ask it. */
export const keptOf = ({ endedOn, years, until: lastDay }: Found): Kept => {
  const until = endedOn === undefined ? undefined : (lastDay ?? yearsAfter(endedOn, years));
  return { ...(endedOn === undefined ? {} : { endedOn }), ...(until === undefined ? {} : { until }) };
};

/** @throws Refusal for what stands for a petition that is still kept: it has no time and no proposal of its own */
export const goesWithPetition = (): Refusal =>
  new Refusal('rule-violated', 'It became or was for a petition, and is kept and erased with that.', { basis: 'P47' });
