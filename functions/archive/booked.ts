import type { Context } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { EventActor, StoredEvent, StreamWrite } from '../../domain/ports.ts';
import {
  type BookingEvent,
  type Bookings,
  bookingStream,
  eraseBookings,
  forgottenWith,
} from '../../domain/reception/booking.ts';
import { instantFor } from '../shared/pipeline.ts';
import { plainWrite } from '../shared/stream-writes.ts';

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
  const bookings = foldPlain<Bookings, BookingEvent>(bookingStream, history);
  const facts = eraseBookings(bookings, visits, on);
  if (facts.length === 0) return [];
  const then = instantFor(at, { recordedAt: history.at(-1)?.at ?? '' });
  const write = plainWrite(bookingStream, bookings, facts, session, then, by, context);
  return [{ ...write, erasesParts: forgottenWith(facts) }];
};
