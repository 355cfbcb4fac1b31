import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { isSealedFrom } from '../../domain/access/sight.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import type { EventActor, StreamWrite } from '../../domain/ports.ts';
import {
  type BookingCommand,
  type Bookings,
  bookingAt,
  bookingNumber,
  decideBooking,
} from '../../domain/reception/booking.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { noSuchVisit, type Session } from '../../domain/reception/session-state.ts';
import { bookingWrite, loadBookings } from '../shared/bookings.ts';
import { isBookingHeld } from '../shared/holds.ts';
import type { Result } from '../shared/http-api.ts';
import { type DistributiveOmit, type Guarded, instantFor, patiently, type Recorded } from '../shared/pipeline.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { createSessionCore, type SessionCommandDependencies } from '../shared/session-core.ts';
import { sessionWrite } from '../shared/stream-writes.ts';

/** What the desk does about bookings of the public (预约), and about visits that move to another day with theirs. */
export const createBookedVisits = (dependencies: SessionCommandDependencies) => {
  const { records, clock } = dependencies;
  const { once, commit, loadPetition, contextNow, authorizeDeclared, loadSession } = createSessionCore(dependencies);

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
    return events.length === 0 ? [] : [bookingWrite(before, events, id, at, by, context)];
  };

  /**
   * What becomes of a booking whose visit goes to another day.
   * @returns `as`: its number there; none of what was withdrawn, which ends with its visit
   */
  const movedWith = async (
    id: string,
    booking: number,
    to: string,
    other: Session,
    by: EventActor,
    context: ExplainedContext,
  ): Promise<{ readonly writes: readonly StreamWrite[]; readonly as?: number }> => {
    const here = await loadBookings(records, id);
    const { state, request, madeOn, visit } = bookingAt(here, booking);
    if (state !== 'confirmed')
      return { writes: bookingWrites(id, here, { type: 'EndBookedVisit', booking }, by, context) };
    const there = await loadBookings(records, to);
    const as = there.bookings.length + 1;
    const { unit = '', content, visits } = other;
    const { room: _, ...asked } = request;
    const taken = {
      type: 'TakeOverBooking',
      request: asked,
      day: { unit, date: content?.date ?? '' },
      visit: visits.length + 1,
      movedFrom: bookingNumber(id, booking),
      madeOn,
    } as const;
    const held = (await isBookingHeld(records, id, booking, visit)) ? ({ held: true } as const) : {};
    const moved = { type: 'MoveBooking', booking, to, as: bookingNumber(to, as), byDesk: true, ...held } as const;
    return {
      as,
      writes: [...bookingWrites(id, here, moved, by, context), ...bookingWrites(to, there, taken, by, context)],
    };
  };

  return {
    /** Who withdrew or moved his booking does not come: with the visit its task is done. */
    visitEnded: async (
      session: string,
      booking: number,
      by: EventActor,
      context: ExplainedContext,
    ): Promise<readonly StreamWrite[]> =>
      bookingWrites(session, await loadBookings(records, session), { type: 'EndBookedVisit', booking }, by, context),

    /** The day was moved: what was booked for it, and what waits at the desk, is of the other date. */
    dayMoved: async (
      session: string,
      date: string,
      by: EventActor,
      context: ExplainedContext,
    ): Promise<readonly StreamWrite[]> =>
      bookingWrites(session, await loadBookings(records, session), { type: 'RescheduleBookings', date }, by, context),

    /**
     * Moves a visit to another day of the same desk: it ends on the one and is registered on the other, in one transaction,
     * and so is the booking that it was, to which the number and code of whoever made it go on leading.
     * @throws Refusal, StaleVersion of the first day
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
          const deskOf = (unit = '') => context.units.deskOf(unit);
          if (deskOf(other.unit) !== deskOf(session.unit)) {
            throw new Refusal('rule-violated', 'Another desk receives on that day.', { pointer: '/session' });
          }
          const { visitor, address, purpose, persons, petition: about, representatives, booking } = visit;
          const follows = booking === undefined ? undefined : await movedWith(id, booking, to, other, by, context);
          const told = { visitor, address, purpose, persons, petition: about, representatives, booking: follows?.as };
          const registered = decideSession(
            { type: 'PreRegisterVisit', ...defined(told), by, at: instantFor(at, other) },
            other,
            context,
          );
          const [here, there] = [
            sessionWrite(session, moved, id, at, by, context),
            sessionWrite(other, registered, to, instantFor(at, other), by, context),
          ];
          return commit(key, guarded, id, [here, there, ...(follows?.writes ?? [])]);
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
          const [session, bookings, context] = await Promise.all([
            loadSession(id),
            loadBookings(records, id),
            contextNow(),
          ]);
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
  };
};

export type BookedVisits = ReturnType<typeof createBookedVisits>;
