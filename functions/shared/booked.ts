import type { Context } from '../../domain/petition/state.ts';
import type { EventActor, StoredEvent, StreamWrite } from '../../domain/ports.ts';
import { eraseBookings } from '../../domain/reception/booking.ts';
import { bookingWrite, foldBookings } from './bookings.ts';
import { instantFor } from './pipeline.ts';

/** What the erasure of visits of a reception day writes to its bookings: those that became these visits lose their keys too. */
export const bookingsErased = (
  session: string,
  history: readonly StoredEvent[],
  visits: readonly number[],
  {
    on,
    at,
    by,
    context,
  }: { readonly on: string; readonly at: string; readonly by: EventActor; readonly context: Context },
): readonly StreamWrite[] => {
  const bookings = foldBookings(history);
  const facts = eraseBookings(bookings, visits, on);
  return facts.length === 0 ? [] : [bookingWrite(bookings, facts, session, instantFor(at, bookings), by, context)];
};
