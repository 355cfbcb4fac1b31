import { legalDay } from '../../domain/calendar/calendar.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import { type BookableDay, isForgotten, unusedBookings } from '../../domain/reception/booking.ts';
import { bookingWrite, foldBookings } from '../shared/bookings.ts';
import { clockActor } from '../shared/clock-actor.ts';
import { heldOf } from '../shared/holds.ts';
import { instantFor, patiently } from '../shared/pipeline.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';

export interface BookingClockDependencies {
  readonly records: Pick<RecordStore, 'stored' | 'head' | 'commit'>;
  readonly clock: Clock;
  readonly context: () => Promise<ExplainedContext>;
}

/**
 * Ends what is booked for a reception day once its days are over: what was said in it is destroyed, and the record says so. What was
 * told stands in the visit. Harmless to repeat; a booking that is held, by itself or as its visit, waits. Answers the types of the
 * facts. @throws StaleVersion after several attempts
 */
export const createBookingClock =
  ({ records, clock, context }: BookingClockDependencies) =>
  (session: string): Promise<readonly string[]> =>
    patiently(async () => {
      const [{ events: history }, head, known] = await Promise.all([
        records.stored({ kind: 'booking', id: session }),
        records.head({ kind: 'session', id: session }),
        context(),
      ]);
      if (head === undefined) throw new Error(`Booked is ${session}, of which there is no head.`);
      const before = foldBookings(history);
      const left = before.bookings.flatMap((each, index) =>
        isForgotten(each) ? [] : [{ ...each, booking: index + 1 }],
      );
      const visits = left.flatMap(({ visit }) => (visit === undefined ? [] : [visit]));
      const [bookingsHeld, visitsHeld] = await Promise.all([
        heldOf(
          records,
          'booking',
          session,
          left.map(({ booking }) => booking),
        ),
        heldOf(records, 'visit', session, visits),
      ]);
      const held = left.flatMap(({ booking, visit }) =>
        bookingsHeld.includes(booking) || (visit !== undefined && visitsHeld.includes(visit)) ? [booking] : [],
      );
      const at = instantFor(clock.now(), before);
      const { date } = head.summary as BookableDay;
      const events = unusedBookings(before, date, held, legalDay(at), known);
      if (events.length === 0) return [];
      await records.commit([bookingWrite(before, events, session, at, clockActor, known)]);
      return events.map(({ type }) => type);
    });
