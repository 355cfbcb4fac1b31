import type { Context } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { EventActor, NewEvent, RecordStore, StreamWrite } from '../../domain/ports.ts';
import { type BookingEvent, type Bookings, bookingHistory, forgottenWith } from '../../domain/reception/booking.ts';
import type { Recorded } from './pipeline.ts';
import { plainWrite } from './stream-writes.ts';

/** The bookings of a reception day, from its facts. */
export const foldBookings = (events: readonly Pick<NewEvent, 'type' | 'data' | 'at'>[]): Bookings & Recorded => ({
  ...foldPlain<Bookings, BookingEvent>(bookingHistory, events),
  recordedAt: events.at(-1)?.at ?? '',
});

/** The bookings of a reception day, by its id; none of a day that nobody has booked. */
export const loadBookings = async (records: Pick<RecordStore, 'load'>, session: string): Promise<Bookings & Recorded> =>
  foldBookings((await records.load({ kind: 'booking', id: session })).events);

/** What these facts write: with them go the keys of the bookings whose texts nobody needs any more. */
export const bookingWrite = (
  before: Bookings,
  events: readonly BookingEvent[],
  session: string,
  at: string,
  by: EventActor,
  context: Context,
): StreamWrite => {
  const parts = forgottenWith(events);
  const write = plainWrite(bookingHistory, before, events, session, at, by, context);
  return parts.length === 0 ? write : { ...write, erasesParts: parts };
};
