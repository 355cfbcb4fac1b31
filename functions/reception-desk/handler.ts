import type { Action } from '../../domain/access/policy.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { isOutOfSight } from '../../domain/access/sight.ts';
import { defined } from '../../domain/defined.ts';
import { InvalidCursor, Refusal } from '../../domain/errors.ts';
import { foldPetition, statusOf } from '../../domain/petition/petition.ts';
import { byStrength, type PersonReason, type RepeatSuggestion, suggestRepeat } from '../../domain/petition/repeats.ts';
import { type Petitioner, personsOf, type RegistrationContent } from '../../domain/petition/state.ts';
import type { Clock, Identifiers, LookupHasher, Page, RecordStore, StoredEvent } from '../../domain/ports.ts';
import { maskedFact } from '../../domain/privacy/masking.ts';
import { type Booking, bookingNumber, isForgotten, noSuchBooking } from '../../domain/reception/booking.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import { requireAccess } from '../shared/access.ts';
import { foldBookings } from '../shared/bookings.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { hashesOf, lookupsOf } from '../shared/lookups.ts';
import { mentionable } from '../shared/mention.ts';
import { numberedPage } from '../shared/numbered-page.ts';
import { ordinal } from '../shared/ordinal.ts';
import { queryCodeOf } from '../shared/query-code.ts';
import { recordRead } from '../shared/reads.ts';
import { repeatOf } from '../shared/repeat-chain.ts';
import type { SessionCommands } from '../shared/session-commands.ts';
import type { BookedVisits } from './booked-visits.ts';
import { registeredVisit } from './registered-visit.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly sessions: SessionCommands;
  readonly bookings: BookedVisits;
  readonly records: RecordStore;
  readonly hasher: LookupHasher;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

/** One page of suggestions. Their cursor is the number of the last one that was shown. @throws InvalidCursor */
const pageAfter = (all: readonly RepeatSuggestion[], limit: number, cursor?: string): Page<RepeatSuggestion> => {
  const behind = all.findIndex(({ petition }) => petition.number === cursor);
  if (cursor !== undefined && behind === -1) throw new InvalidCursor('The cursor does not belong to this list.');
  const items = all.slice(behind + 1, behind + 1 + limit);
  const last = behind + 1 + limit < all.length ? items.at(-1)?.petition.number : undefined;
  return { items, ...(last === undefined ? {} : { cursor: last }) };
};

/** What the reception desk does: register, find earlier matters, run the reception day. */
export const createHandler = ({ commands, sessions, bookings, records, hasher, identifiers, clock }: Dependencies) => {
  /** The petition, if there is one that this officer may know of. */
  const petitionInSight = async (officer: Officer, number: string) => {
    const { events } = await records.load({ kind: 'petition', id: number });
    const petition = foldPetition(events);
    return events.length === 0 || isOutOfSight(officer, petition) ? undefined : petition;
  };

  /** When it was registered, with the number so that no two are the same. */
  const registrationInstant = async (number: string): Promise<string> => {
    const { events } = await records.load({ kind: 'petition', id: number });
    // What an old ledger brought in was registered when the ledger says, not when it was brought.
    const { former, registration } = foldPetition(events);
    return `${(former && registration?.receivedOn) ?? events[0]?.at ?? ''}#${number}`;
  };

  /** The bookings of a day of his desk. @throws Refusal */
  const bookingsOf = async (officer: Officer, action: Action, id: string, look = (fact: StoredEvent) => fact) => {
    const [head, { units }] = await Promise.all([records.head({ kind: 'session', id }), commands.context()]);
    if (!head) throw new Refusal('not-found', 'There is no such session.');
    const role = requireAccess(officer, action, { sessionUnit: (head.summary as { unit: string }).unit }, units);
    const { events } = await records.load({ kind: 'booking', id });
    const { bookings } = foldBookings(events.map(look));
    const { visits } = foldSession((await records.stored({ kind: 'session', id })).events);
    const mayMention = mentionable(records, officer);
    const inSight = async ({ visit }: Booking): Promise<boolean> => {
      const petition = visit === undefined ? undefined : visits[visit - 1]?.petition;
      return petition === undefined || mayMention(petition);
    };
    const seen = await Promise.all(bookings.map(inSight));
    return { role, bookings: bookings.map((each, index) => (seen[index] ? each : undefined)) };
  };

  const filedUnder = (petitioner: Petitioner) => lookupsOf(hasher, personsOf(petitioner));

  return httpApi([
    on(routes.register, async (call) => {
      const { receivedOn, ...content } = call.body;
      const officer = call.officer();
      const number = identifiers.petitionNumber(officer.unit, clock.now());
      const intent = {
        type: 'RegisterPetition',
        number,
        content: defined(content) as RegistrationContent,
        ...(receivedOn === undefined ? {} : { receivedOn }),
      } as const;
      const lookups = await lookupsOf(hasher, personsOf(intent.content.petitioner));
      const result = await commands.register(officer, call, intent, lookups, (registered, act) =>
        registeredVisit(records, officer, registered, act),
      );
      // A repeat is answered with the first number, and with the code made from it.
      const { number: registered } = result.body as { number: string };
      return { ...result, body: { ...result.body, queryCode: await queryCodeOf(hasher, registered) } };
    }),

    on(routes.lookUp, async ({ officer, actions: [action], body, query }) => {
      const { units, configuration } = await commands.context();
      const role = requireAccess(officer(), action, {}, units);
      const { persons = [], matter = {}, ...one } = body;
      const everybody = [...(Object.keys(one).length === 0 ? [] : [one]), ...persons].map(defined);
      const hashes = await hashesOf(hasher, everybody);
      if (hashes.length === 0) {
        throw new Refusal('rule-violated', 'Name an identity number, a phone number, or a name with an address.', {
          pointer: '/identityNumber',
        });
      }
      const reasons = new Map<string, Set<PersonReason>>();
      for (const { hash, reason } of hashes) {
        for (const { kind, id } of await records.findByLookup(hash)) {
          if (kind === 'petition') reasons.set(id, (reasons.get(id) ?? new Set()).add(reason));
        }
      }
      const suggestions = await Promise.all(
        [...reasons].map(async ([number, why]) => {
          const petition = await petitionInSight(officer(), number);
          if (!petition?.registration) return [];
          return [suggestRepeat(petition, [...why], defined(matter), configuration.repeatSimilarity)];
        }),
      );
      const { items: found, cursor } = pageAfter(suggestions.flat().sort(byStrength), query.limit, query.cursor);
      // Only what is shown is read.
      await Promise.all(
        found.map(({ petition }) =>
          recordRead({ records, clock }, officer(), role, petition.number, { what: 'look-up' }),
        ),
      );
      const items = found.map(({ petition, ...suggestion }) => ({
        number: petition.number,
        unit: petition.registration?.unit,
        unitName: units.get(petition.registration?.unit ?? '')?.name,
        receivedOn: petition.registration?.receivedOn,
        subject: petition.registration?.subject,
        status: statusOf(petition),
        category: petition.route?.category,
        ...suggestion,
      }));
      return { body: { items, ...(cursor === undefined ? {} : { cursor }) } };
    }),

    on(routes.amend, (call) => {
      const { former, ...changes } = call.body.changes;
      return commands.change(call.officer(), call, call.params.number, {
        type: 'AmendRegistration',
        changes: { ...defined(changes), ...(former === undefined ? {} : { former: defined(former) }) },
        reason: call.body.reason,
      });
    }),
    on(routes.linkRepeat, async (call) => {
      const officer = call.officer();
      const [earlier, [first = '', second = '']] = await Promise.all([
        petitionInSight(officer, call.body.earlier),
        Promise.all([call.body.earlier, call.params.number].map(registrationInstant)),
      ]);
      // What is not there, sealed, or out of this officer's sight is the same to him; the rules ask access first.
      const found = earlier === undefined ? 'unknown' : first < second ? 'earlier' : 'later';
      const intent = {
        type: 'LinkRepeat',
        found,
        ...(earlier?.sponsorship.sponsor === undefined ? {} : { sponsor: earlier.sponsorship.sponsor }),
        ...call.body,
      } as const;
      // Found from the other end as well, by whoever counts how often the matter was brought.
      return commands.change(officer, call, call.params.number, intent, undefined, [repeatOf(call.body.earlier)]);
    }),
    on(routes.unlinkRepeat, async (call) => {
      const found = (await petitionInSight(call.officer(), call.body.earlier)) !== undefined;
      return commands.change(call.officer(), call, call.params.number, { type: 'UnlinkRepeat', found, ...call.body });
    }),

    on(routes.requestWithdrawal, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RequestWithdrawal', ...call.body }),
    ),
    on(routes.retractWithdrawal, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RetractWithdrawal' }),
    ),
    on(routes.recordDeath, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordDeath', ...call.body }),
    ),
    on(routes.succeed, async (call) => {
      const petitioner = defined(call.body.petitioner) as Petitioner;
      const intent = { type: 'ContinueByHeirs', petitioner, evidence: call.body.evidence } as const;
      return commands.change(call.officer(), call, call.params.number, intent, undefined, await filedUnder(petitioner));
    }),
    on(routes.changeRepresentatives, async (call) => {
      const representatives = call.body.representatives.map(defined);
      const intent = { type: 'ChangeRepresentatives', ...defined(call.body), representatives } as const;
      const lookups = await lookupsOf(hasher, representatives);
      return commands.change(call.officer(), call, call.params.number, intent, undefined, lookups);
    }),
    on(routes.split, async (call) => {
      const officer = call.officer();
      const parts = call.body.parts.map((part) => ({
        number: identifiers.petitionNumber(officer.unit, clock.now()),
        ...part,
      }));
      const intent = { type: 'SplitPetition', parts, reason: call.body.reason } as const;
      const result = await commands.split(officer, call, call.params.number, intent, ({ registration }) =>
        registration ? filedUnder(registration.petitioner) : Promise.resolve([]),
      );
      // As at registration: every part has its own code, made from its number.
      const { parts: numbers } = result.body as { parts: readonly string[] };
      const codes = await Promise.all(
        numbers.map(async (number) => ({ number, queryCode: await queryCodeOf(hasher, number) })),
      );
      return { ...result, body: { ...result.body, parts: codes } };
    }),

    on(routes.publishSession, (call) => {
      const officer = call.officer();
      const id = identifiers.sessionId(officer.unit, clock.now());
      return sessions.publish(officer, call, { type: 'PublishSession', id, content: defined(call.body) });
    }),
    on(routes.preRegister, (call) =>
      sessions.change(call.officer(), call, call.params.id, { type: 'PreRegisterVisit', ...defined(call.body) }),
    ),
    on(routes.replaceLeader, (call) =>
      sessions.change(call.officer(), call, call.params.id, { type: 'ReplaceLeader', ...call.body }),
    ),
    on(routes.rescheduleSession, (call) =>
      sessions.change(call.officer(), call, call.params.id, { type: 'RescheduleSession', ...call.body }),
    ),
    on(routes.cancelSession, (call) =>
      sessions.change(call.officer(), call, call.params.id, { type: 'CancelSession', ...call.body }),
    ),
    on(routes.noteAttendance, (call) =>
      sessions.change(call.officer(), call, call.params.id, { type: 'NoteAttendance', ...defined(call.body) }),
    ),
    on(routes.moveVisit, (call) =>
      bookings.moveVisit(call.officer(), call, call.params.id, {
        visit: ordinal('visit', call.params.visit),
        to: call.body.session,
      }),
    ),
    on(routes.bookings, async ({ officer, actions: [action], params: { id }, query }) => {
      const { bookings, role } = await bookingsOf(officer(), action, id, maskedFact);
      const { state, limit, cursor } = query;
      const rows = bookings
        .flatMap((each, index) => {
          if (each === undefined) return [];
          const { request, marks: _, ...rest } = each;
          return [{ booking: index + 1, number: bookingNumber(id, index + 1), ...rest, ...request }];
        })
        .filter((each) => state === undefined || each.state === state);
      const found = numberedPage(rows, ({ booking }) => booking, limit, cursor);
      if (found.items.length > 0) await recordRead({ records, clock }, officer(), role, id, { what: 'bookings' });
      return { body: found };
    }),
    on(routes.discloseBooking, async ({ officer, actions: [action], params, body }) => {
      const { id } = params;
      const number = ordinal('booking', params.booking);
      const { bookings, role } = await bookingsOf(officer(), action, id);
      const booked = bookings[number - 1];
      if (booked === undefined) throw noSuchBooking(number);
      const { request } = booked;
      if (isForgotten(booked)) throw new Refusal('erased', 'What was said in it is destroyed.');
      const read = { what: 'disclosure', part: String(number), purpose: body.purpose } as const;
      await recordRead({ records, clock }, officer(), role, id, read);
      return { body: { booking: number, ...request } };
    }),
    on(routes.decideBooking, (call) =>
      bookings.decideBooking(call.officer(), call, call.params.id, ordinal('booking', call.params.booking), call.body),
    ),
    on(routes.checkIn, (call) =>
      sessions.change(call.officer(), call, call.params.id, {
        type: 'CheckIn',
        visit: ordinal('visit', call.params.visit),
        ...defined(call.body),
      }),
    ),
    on(routes.recordVisit, (call) =>
      sessions.change(call.officer(), call, call.params.id, {
        type: 'RecordVisit',
        visit: ordinal('visit', call.params.visit),
        ...defined(call.body),
      }),
    ),
  ]);
};
