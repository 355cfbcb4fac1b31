import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { Refusal } from '../../../domain/errors.ts';
import { foldPlain } from '../../../domain/plain-stream.ts';
import {
  type BookableDay,
  type BookingCommand,
  type BookingEvent,
  type BookingRequest,
  type BookingState,
  type Bookings,
  bookingAt,
  bookingHistory,
  bookingNumber,
  bookingOf,
  decideBooking,
  eraseBookings,
  forgottenWith,
  initialBookings,
  placesLeft,
  requireNotBegun,
  standsAs,
  unusedBookings,
} from '../../../domain/reception/booking.ts';
import { firstDay, noon, officers, rules, sessionContent } from '../../support/builders.ts';

const petitioner = { id: 'petitioner', unit: '', role: 'petitioner' };
const day: BookableDay = {
  ...sessionContent,
  date: firstDay,
  from: '09:00',
  to: '12:00',
  unit: '622901007-zx',
  places: 2,
  rooms: [{ topic: '土地征收', place: '1号室', departments: [] }],
};
const made = () => decideBooking(make(), initialBookings, rules);
const before = noon(plusDays(firstDay, -3));
const request: BookingRequest = {
  visitor: '甲某',
  phone: '13900000000',
  purpose: '咨询补偿标准',
  persons: 1,
  representatives: [],
};
const make = (over: Partial<BookingRequest> = {}, on: Partial<BookableDay> = {}, at = before): BookingCommand => ({
  type: 'MakeBooking',
  request: { ...request, ...over },
  day: { ...day, ...on },
  by: petitioner,
  at,
});
const withdraw = (booking: number): BookingCommand => ({
  type: 'WithdrawBooking',
  booking,
  by: petitioner,
  at: before,
});
const confirm = (booking: number, visit = 1): BookingCommand => ({
  type: 'ConfirmBooking',
  booking,
  visit,
  by: officers.receptionist,
  at: before,
});
const move = (booking: number, as: string, byDesk = false): BookingCommand => ({
  type: 'MoveBooking',
  booking,
  to: 'S2',
  as,
  ...(byDesk ? { byDesk: true as const } : {}),
  by: byDesk ? officers.receptionist : petitioner,
  at: before,
});
const end = (booking: number): BookingCommand => ({
  type: 'EndBookedVisit',
  booking,
  by: officers.receptionist,
  at: before,
});

const after = (...commands: readonly BookingCommand[]): Bookings =>
  commands.reduce(
    (state, command) => decideBooking(command, state, rules).reduce<Bookings>(bookingHistory.evolve, state),
    bookingHistory.initial,
  );
const refusal = (command: BookingCommand, ...earlier: readonly BookingCommand[]) => {
  try {
    decideBooking(command, after(...earlier), rules);
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.pointer];
    throw error;
  }
  return 'allowed';
};
const waiting = (state: Bookings) => bookingHistory.tasks(state, rules).map(({ step, round }) => [step, round]);

describe('booking a visit for a published reception day', () => {
  it('takes as many as the day has places, and one more when one is given back', () => {
    expect(refusal(make(), make())).toBe('allowed');
    expect(refusal(make(), make(), make())).toEqual(['day-full', undefined]);
    expect(refusal(make(), make(), make(), withdraw(1))).toBe('allowed');
    expect(refusal(make({}, { places: 0 }))).toEqual(['day-full', undefined]);
    // Where the day names no number, the configured one holds.
    const { places: _, ...rest } = day;
    expect(placesLeft(rest, 3, before, rules)).toEqual({ places: 20, left: 17, open: true });
  });

  it('is used up by nobody for others, however often he books and withdraws', () => {
    const from = (caller: string, phone: string, index = 0): BookingCommand =>
      ({
        ...make({}, { places: 20 }),
        marks: { caller, phone: `${phone}${index === 0 ? '' : String(index)}` },
      }) as BookingCommand;
    const { perCaller, perPhone } = rules.configuration.receptionBookings;
    const rounds = (number: number, command: (index: number) => BookingCommand) =>
      Array.from({ length: number }, (_, index) => [command(index + 1), withdraw(index + 1)]).flat();
    // One number, from wherever.
    const samePhone = rounds(perPhone, (index) => from(`a${String(index)}`, 'p'));
    expect(refusal(from('b', 'p'), ...samePhone.slice(0, -2))).toBe('allowed');
    expect(refusal(from('b', 'p'), ...samePhone)).toEqual(['rule-violated', '/phone']);
    expect(refusal(from('a1', 'q'), ...samePhone)).toBe('allowed');
    // One address, with ever other numbers.
    const sameCaller = rounds(perCaller, (index) => from('a', 'p', index));
    expect(refusal(from('a', 'q'), ...sameCaller.slice(0, -2))).toBe('allowed');
    expect(refusal(from('a', 'q'), ...sameCaller)).toEqual(['rule-violated', undefined]);
    // However many have: what everybody reads is true for whoever comes next.
    const flood = rounds(900, (index) => from(`a${String(index)}`, 'p', index));
    const state = after(...flood);
    const { taken } = bookingHistory.head(state, rules).summary as { taken: number };
    expect(placesLeft({ ...day, places: 20 }, taken, before, rules)).toEqual({ places: 20, left: 20, open: true });
    expect(decideBooking(from('b', 'q'), state, rules)).toHaveLength(1);
    expect(bookingOf(bookingNumber('S', 10_001))).toEqual({ session: 'S', booking: 10_001 });
  });

  it('is closed when the day is over, cancelled, or for a case that the leader takes down', () => {
    const at = (clock: string) => `${firstDay}T${clock}:00.000Z`;
    // 12:00 in Shanghai is 04:00 UTC.
    expect(refusal(make({}, {}, at('03:59')))).toBe('allowed');
    expect(refusal(make({}, {}, at('04:00')))).toEqual(['out-of-time', undefined]);
    expect(refusal(make({}, {}, noon(plusDays(firstDay, 1))))).toEqual(['out-of-time', undefined]);
    expect(refusal(make({}, { cancelled: { on: firstDay } }))).toEqual(['already-decided', undefined]);
    expect(refusal(make({}, { mode: '带案下访' }))).toEqual(['rule-violated', undefined]);
    expect(placesLeft({ ...day, cancelled: { on: firstDay } }, 0, before, rules)).toMatchObject({ open: false });
  });

  it('is withdrawn and moved until the day begins; of a cancelled day always', () => {
    const on = (clock: string, over: Partial<BookableDay> = {}, state: BookingState = 'confirmed') => {
      try {
        requireNotBegun({ state }, { ...day, ...over }, `${firstDay}T${clock}:00.000Z`);
        return 'allowed';
      } catch (error) {
        return (error as Refusal).code;
      }
    };
    // 09:00 in Shanghai is 01:00 UTC.
    expect([on('00:59'), on('01:00'), on('01:00', { cancelled: { on: firstDay } })]).toEqual([
      'allowed',
      'out-of-time',
      'allowed',
    ]);
    // Nobody has been received for what the desk has not confirmed.
    expect([on('01:00', {}, 'waiting'), on('01:00', {}, 'declined')]).toEqual(['allowed', 'allowed']);
  });

  it('leaves nothing of what the desk declined, if he withdraws it', () => {
    const declined = [...made(), { type: 'BookingDeclined', data: { booking: 1, reason: '请直接前来', on: firstDay } }];
    const state = foldPlain<Bookings, BookingEvent>(bookingHistory, declined as never);
    const facts = decideBooking({ type: 'WithdrawBooking', booking: 1, by: petitioner, at: before }, state, rules);
    expect([facts.map(({ type }) => type), forgottenWith(facts)]).toEqual([['BookingWithdrawn'], [1]]);
  });

  it('goes with the visit that it became, once', () => {
    const confirmed = [...made(), { type: 'BookingConfirmed', data: { booking: 1, visit: 3, on: firstDay } }];
    const state = foldPlain<Bookings, BookingEvent>(bookingHistory, confirmed as never);
    expect(eraseBookings(state, [1, 2], firstDay)).toEqual([]);
    const facts = eraseBookings(state, [3], firstDay);
    expect([facts.map(({ type }) => type), forgottenWith(facts)]).toEqual([['BookingErased'], [1]]);
    const after = foldPlain<Bookings, BookingEvent>(bookingHistory, [...confirmed, ...facts] as never);
    expect(eraseBookings(after, [3], firstDay)).toEqual([]);
  });

  it('names at most five representatives (Art. 20), not more than come, and a room that is there', () => {
    const names = ['一', '二', '三', '四', '五', '六'];
    expect(refusal(make({ persons: 30, representatives: names.slice(0, 5) }))).toBe('allowed');
    expect(refusal(make({ persons: 30, representatives: names }))).toEqual([
      'too-many-representatives',
      '/representatives/5',
    ]);
    expect(refusal(make({ persons: 1, representatives: names.slice(0, 2) }))).toEqual([
      'rule-violated',
      '/representatives',
    ]);
    expect(refusal(make({ room: 1 }))).toBe('allowed');
    expect(refusal(make({ room: 2 }))).toEqual(['rule-violated', '/room']);
  });

  it('waits for the desk, is decided once, and is over once it is withdrawn', () => {
    expect(waiting(after(make()))).toEqual([['decide-booking', 1]]);
    expect(waiting(after(make(), confirm(1)))).toEqual([]);
    expect(refusal(confirm(1), make(), confirm(1))).toEqual(['already-decided', undefined]);
    expect(refusal(confirm(1), make(), withdraw(1))).toEqual(['already-decided', undefined]);
    expect(refusal(withdraw(1), make(), withdraw(1))).toEqual(['already-decided', undefined]);
    expect(refusal(withdraw(2), make())).toEqual(['not-found', undefined]);
  });

  it('follows the day to another date, with what waits because of it; what is over stays where it was', () => {
    const date = plusDays(firstDay, 7);
    const moved: BookingCommand = { type: 'RescheduleBookings', date, by: officers.receptionist, at: before };
    const ended = after(
      make({}, { places: 9 }),
      make({}, { places: 9 }),
      confirm(2),
      make({}, { places: 9 }),
      withdraw(3),
      moved,
    );
    expect(ended.bookings.map((each) => each.date)).toEqual([date, date, firstDay]);
    expect(bookingHistory.tasks(ended, rules).map(({ step, due }) => [step, due])).toEqual([['decide-booking', date]]);
    expect(decideBooking(moved, ended, rules)).toEqual([]);
    expect(decideBooking(moved, after(make(), withdraw(1)), rules)).toEqual([]);
    const left = after(make(), confirm(1), withdraw(1), moved);
    expect(bookingHistory.tasks(left, rules).map(({ step, due }) => [step, due])).toEqual([['end-booked-visit', date]]);
  });

  it('waits at the desk of the office where a government’s leader has published the day', () => {
    const at = (unit: string) => bookingHistory.tasks(after(make({}, { unit })), rules).map(({ audience }) => audience);
    expect(at('622901007')).toEqual(['receptionist@622901007-zx']);
    expect(at('622901-zrzy')).toEqual(['receptionist@622901-zrzy']);
  });

  it('that was a visit already leaves the desk a visit to end', () => {
    const gone = [make(), confirm(1), withdraw(1)] as const;
    expect(waiting(after(...gone))).toEqual([['end-booked-visit', 1]]);
    expect(waiting(after(...gone, end(1)))).toEqual([]);
    expect(waiting(after(make(), confirm(1), move(1, 'S2-1')))).toEqual([['end-booked-visit', 1]]);
    // Where the desk moves the visit, nothing is left of it; of one who came, nothing either.
    expect(waiting(after(make(), confirm(1), move(1, 'S2-1', true)))).toEqual([]);
    expect(after(make(), confirm(1), end(1)).version).toBe(2);
  });

  it('that the desk moves is confirmed on the other day, whatever its places, and is reached by its first number', () => {
    const moved = bookingAt(after(make(), confirm(1), move(1, 'S2-3', true)), 1);
    expect([moved.state, standsAs(moved)]).toEqual(['moved', { session: 'S2', booking: 3 }]);
    // Who moved it himself has the other code.
    expect(standsAs(bookingAt(after(make(), move(1, 'S2-3')), 1))).toBeUndefined();
    // Recorded before the booking went along: there is none on the other day, and its visit waits for nobody.
    const recorded = [
      ...made(),
      { type: 'BookingConfirmed', data: { booking: 1, visit: 1, on: firstDay } },
      { type: 'BookingMoved', data: { booking: 1, to: 'S2', on: firstDay } },
    ];
    const earlier = foldPlain<Bookings, BookingEvent>(bookingHistory, recorded as never);
    expect(standsAs(bookingAt(earlier, 1))).toBeUndefined();
    expect(waiting(earlier)).toEqual([]);
    const takeOver = {
      type: 'TakeOverBooking',
      request,
      day: { unit: day.unit, date: plusDays(firstDay, 7) },
      visit: 4,
      movedFrom: 'S1-1',
      madeOn: plusDays(firstDay, -9),
      by: officers.receptionist,
      at: before,
    } as const;
    const there = after(make(), make(), takeOver);
    expect(bookingAt(there, 3)).toEqual({
      request,
      state: 'confirmed',
      visit: 4,
      madeOn: plusDays(firstDay, -9),
      date: plusDays(firstDay, 7),
      movedFrom: 'S1-1',
    });
    expect(waiting(after(make(), make(), takeOver, withdraw(3)))).toContainEqual(['end-booked-visit', 3]);
  });

  it('is forgotten when it is withdrawn or moved: its own key goes', () => {
    const facts = (command: BookingCommand) => decideBooking(command, after(make()), rules);
    expect(forgottenWith(facts(withdraw(1)))).toEqual([1]);
    expect(forgottenWith(facts(move(1, 'S2-1')))).toEqual([1]);
    expect(forgottenWith(facts(confirm(1)))).toEqual([]);
  });

  it('ends by itself the configured days after the reception, whatever became of it, unless it is held', () => {
    const { days, source } = rules.configuration.unusedBookings;
    expect([days, source]).toEqual([30, expect.stringContaining('design')]);
    const decline: BookingCommand = { ...confirm(3), type: 'DeclineBooking', reason: '人已满' } as never;
    const room = { places: 9 };
    const state = after(
      make({}, room),
      make({}, room),
      make({}, room),
      make({}, room),
      confirm(2),
      decline,
      withdraw(4),
    );
    const last = plusDays(firstDay, days);
    const ended = (on: string, held: readonly number[] = [], date = firstDay) =>
      unusedBookings(state, date, held, on, rules);
    expect(ended(last)).toEqual([]);
    // What was withdrawn has ended already.
    expect(ended(plusDays(last, 1))).toEqual(
      [1, 2, 3].map((booking) => ({
        type: 'BookingErased',
        data: { booking, on: plusDays(last, 1), basis: 'P47' },
      })),
    );
    expect(forgottenWith(ended(plusDays(last, 1), [2]))).toEqual([1, 3]);
    // The day was moved: its new date counts.
    expect(ended(plusDays(last, 1), [], plusDays(firstDay, 1))).toEqual([]);
    const over = ended(plusDays(last, 1)).reduce(bookingHistory.evolve, state);
    expect(over.bookings.map((each) => each.state)).toEqual(['erased', 'erased', 'erased', 'withdrawn']);
    expect(forgottenWith(ended(plusDays(last, 1)))).toEqual([1, 2, 3]);
    expect(bookingHistory.tasks(over, rules)).toEqual([]);
    // The sweep comes on that day, and not again.
    expect(bookingHistory.head(state, rules).timer).toBe(plusDays(last, 1));
    expect(bookingHistory.head(over, rules)).not.toHaveProperty('timer');
  });

  it('under a legal hold is withdrawn and moved as he likes, and kept: it ends when the hold is lifted', () => {
    const state = after(make(), make());
    const by = officers.receptionist;
    const at = noon(firstDay);
    const events = [
      ...decideBooking({ type: 'WithdrawBooking', booking: 1, held: true, by, at }, state, rules),
      ...decideBooking(
        { type: 'MoveBooking', booking: 2, to: 'other', as: 'other-1', held: true, by, at },
        state,
        rules,
      ),
    ];
    expect(forgottenWith(events)).toEqual([]);
    const kept = events.reduce(bookingHistory.evolve, state);
    expect(kept.bookings.map((each) => [each.state, each.forgottenOn])).toEqual([
      ['withdrawn', undefined],
      ['moved', undefined],
    ]);
    const long = plusDays(firstDay, 99);
    expect(unusedBookings(kept, firstDay, [1, 2], long, rules)).toEqual([]);
    expect(forgottenWith(unusedBookings(kept, firstDay, [2], long, rules))).toEqual([1]);
  });

  it('ends with so many others that one transaction holds them', () => {
    const room = { places: 200 };
    const state = after(...Array.from({ length: 60 }, () => make({}, room)));
    const ended = unusedBookings(state, firstDay, [], plusDays(firstDay, 99), rules);
    // Each its fact, its key and the task of the desk; with the head.
    expect(3 * ended.length + 1).toBeLessThan(100);
    expect(ended).not.toEqual([]);
  });

  it('has a head that names nobody', () => {
    const events = decideBooking(make(), bookingHistory.initial, rules);
    const state = foldPlain<Bookings, BookingEvent>(bookingHistory, events);
    expect(bookingHistory.head(state, rules).summary).toEqual({ unit: day.unit, made: 1, taken: 1 });
  });

  it('is known by the day and its place there', () => {
    expect(bookingOf(bookingNumber('622901007-20261124-S7K3QX', 12))).toEqual({
      session: '622901007-20261124-S7K3QX',
      booking: 12,
    });
    expect(bookingOf('622901007-20261124-S7K3QX-0')).toBeUndefined();
  });
});
