import { legalDay, plusDays, timeOfDay } from '../calendar/calendar.ts';
import { defined } from '../defined.ts';
import { Refusal } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { maximumRepresentatives } from '../petition/registration.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { PlainHistory } from '../plain-stream.ts';
import type { Task } from '../workflow/tasks.ts';
import { maximumVisits, type SessionContent } from './session-state.ts';

/** What somebody says who books a visit for a published reception day (预约), by himself and without a token. */
export interface BookingRequest {
  readonly visitor: string;
  readonly phone: string;
  readonly address?: string;
  readonly purpose: string;
  /** Persons who will come. */
  readonly persons: number;
  /** Of several who come together, at most five (Art. 20). */
  readonly representatives: readonly string[];
  /** Topic room, by its number. */
  readonly room?: number;
}

/** `waiting` for the desk; `confirmed`: it is a visit of the day. The others are over, and their places free again. */
export type BookingState = 'waiting' | 'confirmed' | 'declined' | 'withdrawn' | 'moved' | 'erased';

/**
 * From whence a booking came, as one of a million marks each (functions/shared/query-code.ts), under a key that is another one
 * for every day: enough to say that the same somebody books again and again, too little to find anybody by it.
 */
export interface BookingMarks {
  readonly caller: string;
  readonly phone: string;
}

/** One booking. Once it is withdrawn or moved its key is destroyed, and its texts open no more. */
export interface Booking {
  readonly request: BookingRequest;
  readonly marks?: BookingMarks;
  readonly state: BookingState;
  /** Legal day on which it was made, and that of the reception it was made for. */
  readonly madeOn: string;
  readonly date: string;
  /** Number of the visit that it became. */
  readonly visit?: number;
  /** Legal day from which its texts open no more. */
  readonly forgottenOn?: string;
  /** The desk has ended that visit, after it was withdrawn or moved. */
  readonly visitEnded?: true;
  /** Why the desk could not take it. */
  readonly reason?: string;
  /** The other day, and its number there where it has one. */
  readonly movedTo?: string;
  readonly movedAs?: string;
  /** The desk moved it with the visit that it had become: whoever made it knows no other number, and his leads there. */
  readonly movedByDesk?: true;
  /** Its number on the day that it was moved from. */
  readonly movedFrom?: string;
}

/** All bookings of one reception day, whose id they bear: one stream, so that its places are counted exactly. */
export interface Bookings {
  readonly unit: string;
  readonly version: number;
  readonly bookings: readonly Booking[];
}

/** What the head of a reception day says, as far as a booking is concerned. */
export type BookableDay = Pick<SessionContent, 'mode' | 'date' | 'from' | 'to' | 'rooms' | 'places'> & {
  readonly unit: string;
  readonly cancelled?: { readonly on: string };
};

export type BookingCommand = Issued &
  (
    | {
        readonly type: 'MakeBooking';
        readonly request: BookingRequest;
        readonly day: BookableDay;
        readonly marks?: BookingMarks;
        readonly movedFrom?: string;
      }
    /** `held`: it stands under a legal hold, so nothing of it is destroyed. */
    | { readonly type: 'WithdrawBooking'; readonly booking: number; readonly held?: true }
    | { readonly type: 'ConfirmBooking'; readonly booking: number; readonly visit: number }
    | { readonly type: 'DeclineBooking'; readonly booking: number; readonly reason: string }
    /** `as`: its number on the other day. `byDesk`: with the visit that it has become, which it is there too. */
    | {
        readonly type: 'MoveBooking';
        readonly booking: number;
        readonly to: string;
        readonly as: string;
        readonly byDesk?: true;
        readonly held?: true;
      }
    /** These follow from what the desk does with the visit. */
    | {
        readonly type: 'TakeOverBooking';
        readonly request: BookingRequest;
        readonly day: Pick<BookableDay, 'unit' | 'date'>;
        readonly visit: number;
        readonly movedFrom: string;
        readonly madeOn: string;
      }
    | { readonly type: 'EndBookedVisit'; readonly booking: number }
    /** Follows from the day that was moved. */
    | { readonly type: 'RescheduleBookings'; readonly date: string }
  );

export type BookingEvent =
  | {
      readonly type: 'BookingMade';
      readonly data: {
        readonly booking: number;
        readonly unit: string;
        readonly date: string;
        readonly on: string;
        readonly request: BookingRequest;
        readonly marks?: BookingMarks;
        readonly movedFrom?: string;
      };
    }
  | {
      readonly type: 'BookingConfirmed';
      readonly data: { readonly booking: number; readonly visit: number; readonly on: string };
    }
  | {
      readonly type: 'BookingDeclined';
      readonly data: { readonly booking: number; readonly reason: string; readonly on: string };
    }
  | {
      readonly type: 'BookingWithdrawn';
      readonly data: { readonly booking: number; readonly on: string; readonly held?: true };
    }
  | {
      readonly type: 'BookingMoved';
      readonly data: {
        readonly booking: number;
        readonly to: string;
        /** Of what the desk moved, facts from before the booking went along have none. */
        readonly as?: string;
        readonly byDesk?: true;
        readonly held?: true;
        readonly on: string;
      };
    }
  | { readonly type: 'BookingsRescheduled'; readonly data: { readonly date: string; readonly on: string } }
  | { readonly type: 'BookedVisitEnded'; readonly data: { readonly booking: number; readonly on: string } }
  | {
      readonly type: 'BookingErased';
      readonly data: { readonly booking: number; readonly on: string; readonly basis: 'P47' };
    };

/** Of bookings whose number a fact names; that a day was moved is of all that are not over. */
type OneBooking = Exclude<BookingEvent, { type: 'BookingsRescheduled' }>;

export const initialBookings: Bookings = { unit: '', version: 0, bookings: [] };

const isActive = ({ state }: Booking): boolean => state === 'waiting' || state === 'confirmed';

const taken = ({ bookings }: Bookings): number => bookings.filter(isActive).length;

/** Number of a booking as its petitioner knows it, with the query code made from it. @param session id of the day */
export const bookingNumber = (session: string, booking: number): string => `${session}-${String(booking)}`;

/** Inverse of `bookingNumber`; undefined for what cannot be one. */
export const bookingOf = (number: string): { readonly session: string; readonly booking: number } | undefined => {
  const [, session, booking] = /^(.+)-([1-9]\d{0,5})$/.exec(number) ?? [];
  return session === undefined ? undefined : { session, booking: Number(booking) };
};

/** How many bookings a day takes: its own number, else the configured one. */
const placesOf = ({ places }: Pick<BookableDay, 'places'>, { configuration }: Pick<Context, 'configuration'>): number =>
  Math.min(places ?? configuration.receptionBookings.perDay, maximumVisits);

/** Why a day takes no booking, whoever asks; `full` aside. */
type Closed = 'cancelled' | 'over' | 'case-brought';

const closedFor = ({ cancelled, mode, date, to }: BookableDay, at: string): Closed | undefined => {
  if (cancelled) return 'cancelled';
  const today = legalDay(at);
  if (today > date || (today === date && timeOfDay(at) >= to)) return 'over';
  // The leader comes with a case of his choice.
  return mode === '带案下访' ? 'case-brought' : undefined;
};

/** What anybody may know of a day's places. @param active bookings that hold a place */
export const placesLeft = (
  day: BookableDay,
  active: number,
  at: string,
  context: Pick<Context, 'configuration'>,
): { readonly places: number; readonly left: number; readonly open: boolean } => {
  const places = placesOf(day, context);
  const left = Math.max(0, places - active);
  return { places, left, open: left > 0 && closedFor(day, at) === undefined };
};

/** Who is received already withdraws nothing: once the day has begun only the desk knows who has come. @throws Refusal */
export const requireNotBegun = (
  { state }: Pick<Booking, 'state'>,
  { cancelled, date, from }: BookableDay,
  at: string,
): void => {
  const today = legalDay(at);
  if (state === 'confirmed' && !cancelled && (today > date || (today === date && timeOfDay(at) >= from)))
    throw new Refusal('out-of-time', `The reception day has begun on ${date} at ${from}: tell the desk.`);
};

const requireOpen = (day: BookableDay, bookings: Bookings, at: string, context: Pick<Context, 'configuration'>) => {
  switch (closedFor(day, at)) {
    case 'cancelled':
      throw new Refusal('already-decided', `The reception day was cancelled on ${day.cancelled?.on ?? ''}.`);
    case 'over':
      throw new Refusal('out-of-time', `The reception day was ${day.date}, until ${day.to}.`);
    case 'case-brought':
      throw new Refusal('rule-violated', 'On this day the leader goes to a case; visits are not booked for it.');
    case undefined:
  }
  if (taken(bookings) >= placesOf(day, context))
    throw new Refusal('day-full', 'All places of this reception day are taken. Choose another day.');
};

/**
 * Bookings of one day by one caller or for one phone number count for ever, withdrawn ones too: who books and withdraws again
 * and again uses up his own, and nobody else's. The places that anybody else reads of are then to be had. @throws Refusal
 */
const requireWithinShare = (
  marks: BookingMarks | undefined,
  { bookings }: Bookings,
  { configuration: { receptionBookings } }: Pick<Context, 'configuration'>,
): void => {
  if (!marks) return;
  const made = (of: keyof BookingMarks) => bookings.filter((each) => each.marks?.[of] === marks[of]).length;
  if (made('phone') >= receptionBookings.perPhone)
    throw new Refusal('rule-violated', 'This number has booked this day often enough. Tell the desk.', {
      pointer: '/phone',
    });
  if (made('caller') >= receptionBookings.perCaller)
    throw new Refusal('rule-violated', 'This day was booked often enough from where you are. Tell the desk.');
};

/** @throws Refusal for more than five representatives (Art. 20), more than persons, or a room that is not there */
const requireSound = ({ representatives, persons, room }: BookingRequest, { rooms }: BookableDay): void => {
  if (representatives.length > maximumRepresentatives) {
    throw new Refusal('too-many-representatives', 'Several who come together name at most five representatives.', {
      pointer: `/representatives/${String(maximumRepresentatives)}`,
      basis: 'R20',
    });
  }
  if (representatives.length > persons)
    throw new Refusal('rule-violated', 'There are not that many persons.', { pointer: '/representatives' });
  if (room !== undefined && rooms?.[room - 1] === undefined)
    throw new Refusal('rule-violated', 'There is no such topic room.', { pointer: '/room' });
};

export const noSuchBooking = (number: number): Refusal =>
  new Refusal('not-found', `There is no booking ${String(number)} of this day.`);

/** @throws Refusal */
export const bookingAt = ({ bookings }: Pick<Bookings, 'bookings'>, number: number): Booking => {
  const booking = bookings[number - 1];
  if (!booking) throw noSuchBooking(number);
  return booking;
};

/** Where a booking stands that the desk has moved: its number on the other day. */
export const standsAs = ({ movedByDesk, movedAs }: Booking): ReturnType<typeof bookingOf> =>
  movedByDesk && movedAs !== undefined ? bookingOf(movedAs) : undefined;

/** It was withdrawn or moved after it had become a visit, to which nobody will come. */
const leavesVisit = ({ state, visit, visitEnded }: Booking): boolean =>
  (state === 'withdrawn' || state === 'moved') && visit !== undefined && !visitEnded;

/** Somebody still has to do with it on the day: who made it, or the desk that ends its visit. */
const isCurrent = (booking: Booking): boolean => isActive(booking) || leavesVisit(booking);

const requireActive = (booking: Booking): void => {
  if (!isActive(booking)) throw new Refusal('already-decided', `The booking is ${booking.state}.`);
};

const requireWaiting = (booking: Booking): void => {
  requireActive(booking);
  if (booking.state === 'confirmed') throw new Refusal('already-decided', 'The booking is confirmed.');
};

/** Bookings that one pass of the sweep ends; each takes its fact, its key and a task, and a transaction ends at 100 items. */
const sweptBookings = 25;

/** Last day on which a booking is kept, and a visit that nobody came to. @param date of the reception */
export const lastDayKept = (date: string, { configuration }: Pick<Context, 'configuration'>): string =>
  plusDays(date, configuration.unusedBookings.days);

const erased = (booking: number, on: string): BookingEvent => ({
  type: 'BookingErased',
  data: { booking, on, basis: 'P47' },
});

/** @throws Refusal when the rules do not allow it. */
export const decideBooking = (
  command: BookingCommand,
  bookings: Bookings,
  context: Pick<Context, 'configuration'>,
): readonly BookingEvent[] => {
  const on = legalDay(command.at);
  switch (command.type) {
    case 'MakeBooking': {
      const { request, day, marks, movedFrom } = command;
      requireOpen(day, bookings, command.at, context);
      requireWithinShare(marks, bookings, context);
      requireSound(request, day);
      const booking = bookings.bookings.length + 1;
      const { unit, date } = day;
      return [{ type: 'BookingMade', data: { booking, unit, date, on, request, ...defined({ marks, movedFrom }) } }];
    }
    case 'ConfirmBooking': {
      const { booking, visit } = command;
      requireWaiting(bookingAt(bookings, booking));
      return [{ type: 'BookingConfirmed', data: { booking, visit, on } }];
    }
    case 'DeclineBooking': {
      const { booking, reason } = command;
      requireWaiting(bookingAt(bookings, booking));
      return [{ type: 'BookingDeclined', data: { booking, reason, on } }];
    }
    case 'WithdrawBooking': {
      const booking = bookingAt(bookings, command.booking);
      // Of what the desk could not take nothing is left to withdraw but what he said in it.
      if (booking.state !== 'declined') requireActive(booking);
      return [{ type: 'BookingWithdrawn', data: { booking: command.booking, on, ...defined({ held: command.held }) } }];
    }
    case 'MoveBooking': {
      const { booking, to, as, byDesk, held } = command;
      requireActive(bookingAt(bookings, booking));
      return [{ type: 'BookingMoved', data: { booking, to, as, on, ...defined({ byDesk, held }) } }];
    }
    case 'TakeOverBooking': {
      // Places bind the public, not the desk; and what it moves is confirmed.
      const { request, day, visit, movedFrom, madeOn } = command;
      const booking = bookings.bookings.length + 1;
      const { unit, date } = day;
      return [
        { type: 'BookingMade', data: { booking, unit, date, on: madeOn, request, movedFrom } },
        { type: 'BookingConfirmed', data: { booking, visit, on } },
      ];
    }
    case 'RescheduleBookings': {
      const { date } = command;
      const follow = bookings.bookings.some((each) => isCurrent(each) && each.date !== date);
      return follow ? [{ type: 'BookingsRescheduled', data: { date, on } }] : [];
    }
    case 'EndBookedVisit': {
      return leavesVisit(bookingAt(bookings, command.booking))
        ? [{ type: 'BookedVisitEnded', data: { booking: command.booking, on } }]
        : [];
    }
  }
};

/** With it what was said is destroyed, but where a legal hold keeps it. */
const forgotten = ({ on, held }: { readonly on: string; readonly held?: true }) => (held ? {} : { forgottenOn: on });

const apply = (state: Bookings, event: BookingEvent): Bookings => {
  if (event.type === 'BookingsRescheduled') {
    const { date } = event.data;
    return { ...state, bookings: state.bookings.map((each) => (isCurrent(each) ? { ...each, date } : each)) };
  }
  return applyToOne(state, event);
};

const applyToOne = (state: Bookings, event: OneBooking): Bookings => {
  const change = (changed: Partial<Booking>): Bookings => ({
    ...state,
    bookings: state.bookings.map((each, index) => (index === event.data.booking - 1 ? { ...each, ...changed } : each)),
  });
  switch (event.type) {
    case 'BookingMade': {
      const { unit, request, date, on, marks, movedFrom } = event.data;
      const made: Booking = { request, state: 'waiting', madeOn: on, date, ...defined({ marks, movedFrom }) };
      return { ...state, unit, bookings: [...state.bookings, made] };
    }
    case 'BookingConfirmed':
      return change({ state: 'confirmed', visit: event.data.visit });
    case 'BookingDeclined':
      return change({ state: 'declined', reason: event.data.reason });
    case 'BookingWithdrawn':
      return change({ state: 'withdrawn', ...forgotten(event.data) });
    case 'BookingMoved': {
      const { to, as, byDesk } = event.data;
      return change({
        state: 'moved',
        ...forgotten(event.data),
        movedTo: to,
        ...(as === undefined ? {} : { movedAs: as }),
        ...(byDesk ? { movedByDesk: true } : {}),
        // Where the desk moves it, it moves the visit.
        ...(byDesk || as === undefined ? { visitEnded: true } : {}),
      });
    }
    case 'BookedVisitEnded':
      return change({ visitEnded: true });
    case 'BookingErased':
      return change({ state: 'erased', forgottenOn: event.data.on });
  }
};

/** Of the desk: what is to be decided, and visits that nobody will come to, until they are ended. */
const bookingTasks = ({ unit, bookings }: Bookings, units: UnitDirectory): readonly Task[] =>
  bookings.flatMap((booking, index) => {
    const task = (step: string): Task => ({
      stage: 'task',
      round: index + 1,
      step,
      audience: `receptionist@${units.deskOf(unit)}`,
      due: booking.date,
      excluded: [],
    });
    if (booking.state === 'waiting') return [task('decide-booking')];
    return leavesVisit(booking) ? [task('end-booked-visit')] : [];
  });

/**
 * Bookings of a reception day (预约登记), beside the session, which the public can so not write to. The desk confirms: then the
 * booking is a visit of the session. Its head says how many places are taken and names nobody.
 */
export const bookingHistory: PlainHistory<Bookings, BookingEvent> = {
  kind: 'booking',
  initial: initialBookings,
  evolve: (state, event) => ({ ...apply(state, event), version: state.version + 1 }),
  head: (state, context) => {
    const kept = state.bookings.flatMap((each) => (isForgotten(each) ? [] : [each.date]));
    const [first] = kept.sort();
    return {
      summary: { unit: state.unit, made: state.bookings.length, taken: taken(state) },
      title: '接访预约',
      ...(first === undefined ? {} : { timer: plusDays(lastDayKept(first, context), 1) }),
    };
  },
  tasks: (state, { units }) => bookingTasks(state, units),
  unitOf: ({ unit }) => (unit === '' ? undefined : unit),
};

/** Of a booking's texts nothing opens any more. */
export const isForgotten = ({ forgottenOn }: Pick<Booking, 'forgottenOn'>): boolean => forgottenOn !== undefined;

/** The bookings that these visits were: they go with them (PIPL Art. 47). */
export const eraseBookings = ({ bookings }: Bookings, visits: readonly number[], on: string): readonly BookingEvent[] =>
  bookings.flatMap((booking, index) =>
    booking.visit !== undefined && visits.includes(booking.visit) && !isForgotten(booking)
      ? [erased(index + 1, on)]
      : [],
  );

/**
 * Bookings of a day whose time is over, whoever came: what was told stands in the visit. @param date of the day as it is published
 * now @param held bookings under a legal hold, or whose visits are @param on legal day
 */
export const unusedBookings = (
  { bookings }: Bookings,
  date: string,
  held: readonly number[],
  on: string,
  context: Pick<Context, 'configuration'>,
): readonly BookingEvent[] =>
  on <= lastDayKept(date, context)
    ? []
    : bookings
        .flatMap((each, index) => (isForgotten(each) || held.includes(index + 1) ? [] : [erased(index + 1, on)]))
        .slice(0, sweptBookings);

/** Bookings whose texts nobody needs any more after these facts: their keys are destroyed in the same write. */
export const forgottenWith = (events: readonly BookingEvent[]): readonly number[] =>
  events.flatMap(({ type, data }) =>
    type === 'BookingErased' || ((type === 'BookingWithdrawn' || type === 'BookingMoved') && !data.held)
      ? [data.booking]
      : [],
  );
