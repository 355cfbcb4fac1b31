import { type Action, decideAccess } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { isSealed, isSealedFrom } from '../../domain/access/sight.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { type Decide, foldPetition } from '../../domain/petition/petition.ts';
import { supervisionOfMissed } from '../../domain/petition/supervision.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, EventActor, RecordStore, StreamWrite } from '../../domain/ports.ts';
import {
  type BookingCommand,
  type BookingEvent,
  type Bookings,
  bookingAt,
  bookingStream,
  decideBooking,
  forgottenWith,
} from '../../domain/reception/booking.ts';
import { requireOnRota, type Turns } from '../../domain/reception/rota.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import {
  initialSession,
  type Session,
  type SessionCommand,
  type SessionEvent,
  stated,
} from '../../domain/reception/session-state.ts';
import { noSuchVisit } from '../../domain/reception/visits.ts';
import { requireAccess } from './access.ts';
import { clockActor } from './clock-actor.ts';
import type { Result } from './http-api.ts';
import { createPipeline, type Guarded, instantFor, patiently, type Recorded, requireDeclared } from './pipeline.ts';
import { type ContextDependencies, contextSource, type ExplainedContext } from './rules-context.ts';
import { isSealedNow } from './sealed-behind.ts';
import { petitionWrite, plainWrite, sessionWrite } from './stream-writes.ts';

export interface SessionCommandDependencies extends ContextDependencies {
  readonly records: RecordStore;
  readonly clock: Clock;
  /** For the petition on which a leader's instruction is noted. */
  readonly decide: Decide;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A command without actor and time, which the pipeline adds. */
export type SessionIntent = DistributiveOmit<SessionCommand, 'by' | 'at'>;

/** Runs the commands of reception days: as those of petitions, once per idempotency key, in one transaction. */
export const createSessionCommands = (dependencies: SessionCommandDependencies) => {
  const { records, clock, decide } = dependencies;
  const contextNow = contextSource(dependencies);
  const { once, commit, loadPetition } = createPipeline(records);

  const authorize = (officer: Officer, action: Action, target: Target, units: UnitDirectory): EventActor => ({
    id: officer.id,
    unit: officer.unit,
    role: requireAccess(officer, action, target, units),
  });

  const authorizeDeclared = (guarded: Guarded, ...asked: Parameters<typeof authorize>): EventActor => {
    requireDeclared(guarded, asked[1]);
    return authorize(...asked);
  };

  const loadSession = async (id: string): Promise<Session & Recorded> => {
    const { events } = await records.load({ kind: 'session', id });
    if (events.length === 0) throw new Refusal('not-found', 'There is no such session.');
    return { ...foldSession(events), recordedAt: events.at(-1)?.at ?? '' };
  };

  const loadBookings = async (id: string): Promise<Bookings & Recorded> => {
    const { events } = await records.load({ kind: 'booking', id });
    return { ...foldPlain<Bookings, BookingEvent>(bookingStream, events), recordedAt: events.at(-1)?.at ?? '' };
  };

  /** What becomes of a booking, for the desk's part. */
  const bookingWrites = (
    id: string,
    before: Bookings & Recorded,
    intent: DistributiveOmit<BookingCommand, 'by' | 'at'>,
    by: EventActor,
    context: ExplainedContext,
  ): readonly StreamWrite[] => {
    const at = instantFor(clock.now(), before);
    const events = decideBooking({ ...intent, by, at }, before, context);
    if (events.length === 0) return [];
    const parts = forgottenWith(events);
    const write = plainWrite(bookingStream, before, events, id, at, by, context);
    return [{ ...write, ...(parts.length === 0 ? {} : { erasesParts: parts }) }];
  };

  /** Supervisions (Art. 40) of the petitions whose instructions were missed, for the same transaction: with one fact come both. */
  const supervisedWith = async (
    session: Session & Recorded,
    events: readonly SessionEvent[],
    context: ExplainedContext,
  ): Promise<readonly StreamWrite[]> => {
    const missed = events.flatMap((event) => {
      if (event.type !== 'CommitmentMissed') return [];
      const { visit, due } = event.data;
      const { petition, commitment } = session.visits[visit - 1] ?? {};
      return petition === undefined || !commitment
        ? []
        : [{ petition, visit, due, against: commitment.responsibleUnit }];
    });
    const writes = await Promise.all(
      [...Map.groupBy(missed, ({ petition }) => petition)].map(async ([number, each]) => {
        const petition = await loadPetition(number);
        const opened = each.flatMap(({ petition: _, ...one }) =>
          supervisionOfMissed(petition, { session: session.id, ...one, by: clockActor.id }),
        );
        const at = instantFor(clock.now(), session, petition);
        return opened.length === 0 ? [] : [petitionWrite(petition, opened, number, at, clockActor, context)];
      }),
    );
    return writes.flat();
  };

  /**
   * A visit names only a petition that concerns the desk. One that is not there, sealed, or somebody else's answers alike.
   * @throws Refusal
   */
  const requireMentionable = async (officer: Officer, number: string, units: UnitDirectory): Promise<void> => {
    const { events } = await records.load({ kind: 'petition', id: number });
    const petition = foldPetition(events);
    const decision = decideAccess(officer, 'ReadPetition', { petition }, units);
    if (events.length === 0 || !decision.allowed) {
      throw new Refusal('rule-violated', `There is no petition ${number} of yours.`, { pointer: '/petition' });
    }
  };

  /** @throws Refusal for somebody who does not receive for this unit */
  const requireReceiver = async (unit: string, leader: string, day: string, units: UnitDirectory): Promise<void> => {
    const head = await records.head({ kind: 'rota', id: units.leadershipOf(unit) });
    requireOnRota(head?.summary as Turns | undefined, leader, day);
  };

  return {
    /** Publishes a reception day. */
    async publish(
      officer: Officer,
      guarded: Guarded,
      intent: Extract<SessionIntent, { type: 'PublishSession' }>,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const context = await contextNow();
        const by = authorizeDeclared(guarded, officer, intent.type, {}, context.units);
        const at = clock.now();
        await requireReceiver(by.unit, intent.content.leader, intent.content.date, context.units);
        const events = decideSession({ ...intent, by, at }, initialSession, context);
        return commit(key, guarded, intent.id, [sessionWrite(initialSession, events, intent.id, at, by, context)]);
      });
    },

    /**
     * An officer acts on a reception day. A visit that is about a petition is as near or far as that: who is recused from it
     * may do nothing here either (Art. 28), and to whom it is sealed (Art. 30) there is no such visit. A leader's instruction
     * is noted on the petition in the same transaction.
     */
    async change(
      officer: Officer,
      guarded: Guarded,
      id: string,
      intent: Exclude<SessionIntent, { type: 'PublishSession' | 'MoveVisit' | 'SweepCommitments' }>,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const [session, context] = await Promise.all([loadSession(id), contextNow()]);
        const told = 'visit' in intent ? session.visits[intent.visit - 1] : undefined;
        const petition = told?.petition === undefined ? undefined : await loadPetition(told.petition);
        const hidden = petition !== undefined && isSealedFrom(officer, petition);
        const commitment = hidden ? undefined : told?.commitment;
        const judges = intent.type === 'ConfirmCommitment' || intent.type === 'ReturnCommitment';
        const named = judges ? commitment?.leader : commitment?.responsibleUnit;
        const target: Target = {
          ...(petition === undefined || hidden ? {} : { petition }),
          ...(session.unit === undefined ? {} : { sessionUnit: session.unit }),
          ...(named === undefined ? {} : { named }),
        };
        const by = authorizeDeclared(guarded, officer, intent.type, target, context.units);
        if (session.version !== guarded.expectedVersion) throw new StaleVersion(session.version);
        if (hidden && 'visit' in intent) throw noSuchVisit(intent.visit);
        const noted = intent.type === 'IssueInstruction' ? petition : undefined;
        const at = instantFor(clock.now(), session, ...(noted ? [noted] : []));
        if ('petition' in intent && intent.petition !== undefined) {
          await requireMentionable(officer, intent.petition, context.units);
        }
        if (intent.type === 'ReplaceLeader' && session.unit !== undefined && session.content) {
          await requireReceiver(session.unit, intent.leader, session.content.date, context.units);
        }
        const events = decideSession({ ...intent, by, at } as SessionCommand, session, context);
        const writes: [StreamWrite, ...StreamWrite[]] = [sessionWrite(session, events, id, at, by, context)];
        // In a sealed matter the leaders of its own organ note nothing either.
        if (intent.type === 'IssueInstruction' && noted !== undefined && !isSealed(noted)) {
          authorize(officer, 'NoteInstruction', { petition: noted }, context.units);
          const note = {
            type: 'NoteInstruction',
            session: id,
            visit: intent.visit,
            instruction: intent.instruction,
            by,
            at,
          } as const;
          writes.push(petitionWrite(noted, decide(note, noted, context), noted.number, at, by, context));
        }
        // Who withdrew or moved his booking does not come: with the visit its task is done.
        if (intent.type === 'CheckIn' && told?.booking !== undefined) {
          const ended = { type: 'EndBookedVisit', booking: told.booking } as const;
          writes.push(...bookingWrites(id, await loadBookings(id), ended, by, context));
        }
        return commit(key, guarded, id, writes);
      });
    },

    /**
     * Moves a visit to another day of the same desk: it ends on the one and is registered on the other, in one transaction,
     * and so is the booking that it was. @throws Refusal, StaleVersion of the first day
     */
    async moveVisit(
      officer: Officer,
      guarded: Guarded,
      id: string,
      { visit: number, to }: { readonly visit: number; readonly to: string },
    ): Promise<Result> {
      return once(officer.id, guarded, (key) =>
        patiently(async () => {
          const [session, context] = await Promise.all([loadSession(id), contextNow()]);
          const visit = session.visits[number - 1];
          const petition = visit?.petition === undefined ? undefined : await loadPetition(visit.petition);
          const hidden = petition !== undefined && isSealedFrom(officer, petition);
          const target: Target = {
            ...(petition === undefined || hidden ? {} : { petition }),
            ...(session.unit === undefined ? {} : { sessionUnit: session.unit }),
          };
          const by = authorizeDeclared(guarded, officer, 'MoveVisit', target, context.units);
          if (session.version !== guarded.expectedVersion) throw new StaleVersion(session.version);
          if (hidden || visit === undefined) throw noSuchVisit(number);
          const at = instantFor(clock.now(), session);
          const moved = decideSession({ type: 'MoveVisit', visit: number, to, by, at }, session, context);
          const other = await loadSession(to);
          if (other.unit !== session.unit) {
            throw new Refusal('rule-violated', 'Another desk receives on that day.', { pointer: '/session' });
          }
          const { visitor, address, purpose, persons, petition: about, representatives, booking } = visit;
          const told = { visitor, address, purpose, persons, petition: about, representatives };
          const registered = decideSession(
            { type: 'PreRegisterVisit', ...stated(told), by, at: instantFor(at, other) },
            other,
            context,
          );
          const [here, there] = [
            sessionWrite(session, moved, id, at, by, context),
            sessionWrite(other, registered, to, instantFor(at, other), by, context),
          ];
          const bookings = booking === undefined ? undefined : await loadBookings(id);
          const active = bookings && booking !== undefined && bookingAt(bookings, booking).state === 'confirmed';
          const follows =
            bookings && booking !== undefined
              ? bookingWrites(
                  id,
                  bookings,
                  active ? { type: 'MoveBooking', booking, to } : { type: 'EndBookedVisit', booking },
                  by,
                  context,
                )
              : [];
          return commit(key, guarded, id, [here, there, ...follows]);
        }),
      );
    },

    /** The desk confirms a booking, which makes it a visit of the day, or declines it. @throws Refusal */
    async decideBooking(
      officer: Officer,
      guarded: Guarded,
      id: string,
      booking: number,
      decision: { readonly decision: 'confirm' } | { readonly decision: 'decline'; readonly reason: string },
    ): Promise<Result> {
      return once(officer.id, guarded, (key) =>
        // It depends on nothing that others do meanwhile, so there is no version to know.
        patiently(async () => {
          const [session, bookings, context] = await Promise.all([loadSession(id), loadBookings(id), contextNow()]);
          const target: Target = session.unit === undefined ? {} : { sessionUnit: session.unit };
          const action = decision.decision === 'confirm' ? 'ConfirmBooking' : 'DeclineBooking';
          const by = authorizeDeclared(guarded, officer, action, target, context.units);
          const { request } = bookingAt(bookings, booking);
          if (decision.decision === 'decline') {
            const declined = { type: 'DeclineBooking', booking, reason: decision.reason } as const;
            const [write] = bookingWrites(id, bookings, declined, by, context);
            if (!write) throw new Error('A decision is a fact.');
            return commit(key, guarded, id, [write]);
          }
          const visit = session.visits.length + 1;
          const confirmed = bookingWrites(id, bookings, { type: 'ConfirmBooking', booking, visit }, by, context);
          const at = instantFor(clock.now(), session);
          const { phone: _, representatives, ...told } = request;
          const registered = decideSession(
            {
              type: 'PreRegisterVisit',
              ...told,
              ...(representatives.length === 0 ? {} : { representatives }),
              booking,
              by,
              at,
            },
            session,
            context,
          );
          return commit(key, guarded, id, [sessionWrite(session, registered, id, at, by, context), ...confirmed]);
        }),
      );
    },

    /**
     * What the clock has to say of commitments; of those in sealed matters it keeps silent. One that is missed opens supervision
     * of its petition in the same transaction. Harmless to repeat, since the state says what has been recorded. Answers the
     * types of the facts. @throws StaleVersion after several attempts
     */
    tick: (id: string): Promise<readonly string[]> =>
      patiently(async () => {
        const [session, context] = await Promise.all([loadSession(id), contextNow()]);
        const at = instantFor(clock.now(), session);
        const sealed = await Promise.all(session.visits.map(({ petition }) => isSealedNow(records, petition)));
        const withheld = sealed.flatMap((each, index) => (each ? [index + 1] : []));
        const events = decideSession({ type: 'SweepCommitments', withheld, by: clockActor, at }, session, context);
        if (events.length === 0) return [];
        const supervised = await supervisedWith(session, events, context);
        await records.commit([sessionWrite(session, events, id, at, clockActor, context), ...supervised]);
        return events.map(({ type }) => type);
      }),
  };
};

export type SessionCommands = ReturnType<typeof createSessionCommands>;
