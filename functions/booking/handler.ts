import { legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal, StaleVersion, Unavailable } from '../../domain/errors.ts';
import type { AttemptStore, Clock, LookupHasher, RecordStore, StreamWrite } from '../../domain/ports.ts';
import {
  type BookableDay,
  type BookingCommand,
  type BookingRequest,
  type Bookings,
  bookingAt,
  bookingNumber,
  bookingOf,
  decideBooking,
  isForgotten,
  placesLeft,
  requireNotBegun,
  standsAs,
} from '../../domain/reception/booking.ts';
import { isPublic, publicDay } from '../../domain/reception/views.ts';
import { bookingWrite, loadBookings } from '../shared/bookings.ts';
import { isBookingHeld } from '../shared/holds.ts';
import { httpApi, on } from '../shared/http-api.ts';
import type { Limits } from '../shared/limits.ts';
import { petitionerActor } from '../shared/petitioner-commands.ts';
import {
  createPipeline,
  type Guarded,
  instantFor,
  patiently,
  type Recorded,
  requireDeclared,
} from '../shared/pipeline.ts';
import { type Credentials, markIn, queryCodeOf, requireCode } from '../shared/query-code.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import * as routes from './routes.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface Dependencies {
  readonly records: RecordStore;
  readonly context: () => Promise<ExplainedContext>;
  readonly clock: Clock;
  readonly hasher: LookupHasher;
  readonly attempts: AttemptStore;
  readonly limits: Limits;
}

/** Of a phone number, however it is written: its last eleven digits, as of a mobile phone. */
const oneSpelling = (phone: string): string => phone.normalize('NFKC').replaceAll(/\D/g, '').slice(-11);

/** Other days that are offered to somebody who has booked. */
const otherDays = 10;

/** What the public does about reception days, known by number and query code alone. It writes bookings and nothing else. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, context, clock, hasher } = dependencies;
  const { once, commit } = createPipeline(records);

  /** A day for which somebody has booked, also where the desk has moved him to one that is not public yet. */
  const dayOf = async (session: string): Promise<BookableDay> => {
    const head = await records.head({ kind: 'session', id: session });
    if (!head) throw new Refusal('not-found', 'There is no such reception day.');
    return head.summary as BookableDay;
  };

  /** A day that anybody can book. */
  const openDayOf = async (session: string): Promise<BookableDay> => {
    const day = await dayOf(session);
    if (!isPublic(day)) throw new Refusal('not-found', 'There is no such reception day.');
    return day;
  };

  /** Number of the booking that whoever calls holds the code of. @throws Refusal, TooManyRequests */
  const requireBooking = async ({
    body,
    callerAddress,
  }: {
    readonly body: Credentials;
    readonly callerAddress: string;
  }) => {
    const { session, booking } = bookingOf(body.number) ?? { session: body.number, booking: 0 };
    await requireCode(dependencies, body, callerAddress, async () => {
      const head = await records.head({ kind: 'booking', id: session });
      return booking > 0 && booking <= ((head?.summary as { made: number } | undefined)?.made ?? 0);
    });
    return { session, booking };
  };

  /**
   * Where it stands, with everything that is booked for that day: what the desk moved is reached by the number and code that
   * whoever made it was given, however often that was.
   */
  const standing = async (
    session: string,
    booking: number,
  ): Promise<{ readonly session: string; readonly booking: number; readonly bookings: Bookings & Recorded }> => {
    const bookings = await loadBookings(records, session);
    const moved = standsAs(bookingAt(bookings, booking));
    return moved ? standing(moved.session, moved.booking) : { session, booking, bookings };
  };

  /** What is under a legal hold is withdrawn and moved as it likes, and destroyed by nobody. */
  const heldMark = async (session: string, bookings: Bookings, booking: number): Promise<{ held?: true }> =>
    (await isBookingHeld(records, session, booking, bookingAt(bookings, booking).visit)) ? { held: true } : {};

  const writing = (
    session: string,
    before: Bookings,
    intent: DistributiveOmit<BookingCommand, 'by' | 'at'>,
    at: string,
    rules: ExplainedContext,
  ): StreamWrite => {
    const by = petitionerActor;
    return bookingWrite(before, decideBooking({ ...intent, by, at }, before, rules), session, at, by, rules);
  };

  /** Adds a booking to a day. @throws Refusal */
  const making = async (
    session: string,
    request: BookingRequest,
    rules: ExplainedContext,
    callerAddress: string,
    movedFrom?: string,
  ) => {
    const [day, before] = await Promise.all([openDayOf(session), loadBookings(records, session)]);
    const at = instantFor(clock.now(), before);
    const mark = (value: string) => markIn(hasher, `bookings of ${session}`, value);
    const [caller, phone] = await Promise.all([mark(callerAddress), mark(oneSpelling(request.phone))]);
    const marks = { caller, phone };
    const intent = {
      type: 'MakeBooking',
      request,
      day,
      marks,
      ...(movedFrom === undefined ? {} : { movedFrom }),
    } as const;
    const number = bookingNumber(session, before.bookings.length + 1);
    return { day, number, write: writing(session, before, intent, at, rules) };
  };

  /** The answer has no code in it: from the number it is made again for a repeat. */
  const withCode = async (result: { readonly body: object; readonly replayed?: boolean }) => {
    const { booking } = result.body as { booking: string };
    return { ...result, body: { number: booking, queryCode: await queryCodeOf(hasher, booking) } };
  };

  /** @throws Refusal with the day to which he wants, where its leaders are not those of his day */
  const requireSameLeaders = (one: BookableDay, other: BookableDay, { units }: ExplainedContext): void => {
    if (units.leadershipOf(one.unit) === units.leadershipOf(other.unit)) return;
    throw new Refusal('rule-violated', 'Other leaders receive on that day. Withdraw this booking and make another.', {
      pointer: '/session',
    });
  };

  /** Days of the same leaders that take bookings now, earliest first. */
  const others = async (session: string, day: BookableDay, rules: ExplainedContext): Promise<readonly object[]> => {
    const now = clock.now();
    const unit = rules.units.leadershipOf(day.unit);
    const { items } = await records.listed('session', unit, legalDay(now), otherDays + 1);
    const found = await Promise.all(
      items.map(async ({ stream: { id }, summary }) => {
        if (id === session || !isPublic(summary)) return [];
        const head = await records.head({ kind: 'booking', id });
        const active = (head?.summary as { taken: number } | undefined)?.taken ?? 0;
        const { left, open } = placesLeft(summary as BookableDay, active, now, rules);
        return open ? [{ id, ...publicDay(summary), left }] : [];
      }),
    );
    return found.flat();
  };

  /** Who books knows no version: it is tried again when somebody else was faster. @param scope whose Idempotency-Key it is */
  const change = (guarded: Guarded, scope: string, work: (key: string) => ReturnType<typeof commit>) =>
    once(`booking-${scope}`, guarded, (key) => patiently(() => work(key))).catch((error: unknown) => {
      if (!(error instanceof StaleVersion)) throw error;
      throw new Unavailable('Many are booking this day at the moment. Nothing was written.');
    });

  /**
   * Whoever makes a booking has no code yet: his retry is known by the network that it comes from, and an answer, which opens the
   * code, goes to no other. Keyed, with the day and his key in it: no address is stored, and no two bookings can be compared.
   */
  const callerOf = (session: string, { idempotencyKey, callerAddress }: Guarded & { readonly callerAddress: string }) =>
    hasher.hash('caller', [session, idempotencyKey, callerAddress].join('\n'));

  return httpApi([
    on(routes.makeBooking, async (call) => {
      requireDeclared(call, 'MakeBooking');
      const session = call.params.id;
      const result = await change(call, await callerOf(session, call), async (key) => {
        const { number, write } = await making(session, defined(call.body), await context(), call.callerAddress);
        return commit(key, call, session, [write], { booking: number });
      });
      return withCode(result);
    }),

    on(routes.followBooking, async (call) => {
      const made = await requireBooking(call);
      const [{ session, booking, bookings }, rules] = await Promise.all([
        standing(made.session, made.booking),
        context(),
      ]);
      const day = await dayOf(session);
      const own = bookingAt(bookings, booking);
      const { state, request, madeOn, reason, movedTo, movedAs } = own;
      const active = state === 'waiting' || state === 'confirmed';
      return {
        body: {
          number: call.body.number,
          state,
          madeOn,
          reason,
          // Once it is over nothing of it opens.
          ...(isForgotten(own) ? {} : { request }),
          day: { id: session, ...publicDay(day), unitName: rules.units.get(rules.units.leadershipOf(day.unit))?.name },
          ...(bookingNumber(session, booking) === call.body.number
            ? {}
            : { movedFrom: { id: made.session, ...publicDay(await dayOf(made.session)) } }),
          ...(movedTo === undefined
            ? {}
            : { movedTo: { id: movedTo, number: movedAs, ...publicDay(await dayOf(movedTo)) } }),
          ...(active ? { others: await others(session, day, rules) } : {}),
        },
      };
    }),

    on(routes.withdrawBooking, async (call) => {
      requireDeclared(call, 'WithdrawBooking');
      const made = await requireBooking(call);
      return change(call, call.body.number, async (key) => {
        const { session, booking, bookings: before } = await standing(made.session, made.booking);
        const [day, rules] = await Promise.all([dayOf(session), context()]);
        const at = instantFor(clock.now(), before);
        requireNotBegun(bookingAt(before, booking), day, at);
        const held = await heldMark(session, before, booking);
        const write = writing(session, before, { type: 'WithdrawBooking', booking, ...held }, at, rules);
        return commit(key, call, call.body.number, [write]);
      });
    }),

    on(routes.moveBooking, async (call) => {
      requireDeclared(call, 'MoveBooking');
      const made = await requireBooking(call);
      const { number, session: to } = call.body;
      const result = await change(call, number, async (key) => {
        const { session, booking, bookings: before } = await standing(made.session, made.booking);
        const [day, rules] = await Promise.all([dayOf(session), context()]);
        if (to === session) {
          throw new Refusal('rule-violated', 'The booking is for this day.', { pointer: '/session' });
        }
        const { room: _, ...request } = bookingAt(before, booking).request;
        const at = instantFor(clock.now(), before);
        requireNotBegun(bookingAt(before, booking), day, at);
        const held = await heldMark(session, before, booking);
        const moving = (as: string) =>
          writing(session, before, { type: 'MoveBooking', booking, to, as, ...held }, at, rules);
        // Before the other day is asked: of what is over the texts are gone.
        moving('');
        const other = await making(to, request, rules, call.callerAddress, bookingNumber(session, booking));
        requireSameLeaders(day, other.day, rules);
        const writes = [moving(other.number), other.write] as const;
        return commit(key, call, number, writes, { booking: other.number });
      });
      return withCode(result);
    }),
  ]);
};
