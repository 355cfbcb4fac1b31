import { beforeEach, describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import type { NewEvent, StreamRef } from '../../../domain/ports.ts';
import { foldBookings } from '../../../functions/shared/bookings.ts';
import { createBookingClock } from '../../../functions/sweep/booking-clock.ts';
import { createSessionClock } from '../../../functions/sweep/session-clock.ts';
import * as a from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';

/** What the sweep ends of a reception day that is long over, and what stands in its way. */

const { firstDay, noon, rules } = a;
let records: InMemoryRecord;
let now: string;
const clock = { now: () => now };
const session = { kind: 'session', id: 'S1' } as const;
const booking = { kind: 'booking', id: 'S1' } as const;
const over = plusDays(firstDay, rules.configuration.unusedBookings.days + 1);

const add = async (stream: StreamRef, events: readonly Pick<NewEvent, 'type' | 'data'>[], summary: object = {}) => {
  const { version } = await records.stored(stream);
  await records.commit([
    {
      stream,
      expectedVersion: version,
      events: events.map(({ type, data }) => ({ type, data, at: noon(firstDay), actor: a.officers.receptionist })),
      head: { summary, openStages: [] },
      signals: [],
      decisions: [],
    },
  ]);
};
const request = { visitor: '甲', phone: '13900000000', purpose: '咨询', persons: 1, representatives: [] };
const made = (number: number) => ({
  type: 'BookingMade',
  data: { booking: number, unit: '622901007-zx', date: firstDay, on: firstDay, request },
});
const confirmed = (number: number, visit: number) => ({
  type: 'BookingConfirmed',
  data: { booking: number, visit, on: firstDay },
});
const hold = (thing: string, type = 'LegalHoldPlaced') =>
  add(
    { kind: 'keeping', id: thing },
    [{ type, data: { hold: 1, authority: '人民法院', reason: '保全', by: 'x', on: firstDay } }],
    { held: type === 'LegalHoldPlaced' },
  );

let tickBooking: (id: string) => Promise<readonly string[]>;
let tickSession: (id: string) => Promise<readonly string[]>;
beforeEach(async () => {
  records = new InMemoryRecord();
  now = noon(over);
  const calendar = { ...a.calendar, version: '1', describe: () => ({ working: true, announced: true }) };
  const reference = {
    units: async () => a.units,
    categories: async () => [],
    settings: async () => ({ calendarDays: [], configuration: {} }),
  };
  tickBooking = createBookingClock({ records, clock, context: async () => ({ ...rules, calendar }) as never });
  tickSession = createSessionClock({
    records,
    clock,
    reference,
    calendar: () => calendar as never,
    decide: () => [],
  }).tick;
  const absent = (visit: number) => a.checkIn({ visit, arrived: false });
  const visits = a.sessionAfter(a.publish(), a.preRegister(), a.preRegister(), absent(1), absent(2));
  await add(session, visits, { date: firstDay });
  await add(booking, [made(1), made(2), made(3), confirmed(1, 1), confirmed(2, 2)]);
});
const states = async () => foldBookings((await records.stored(booking)).events).bookings.map(({ state }) => state);

describe('the sweep', () => {
  it('ends bookings and the visits that nobody came to, once', async () => {
    now = noon(plusDays(over, -1));
    expect([await tickBooking('S1'), await tickSession('S1')]).toEqual([[], []]);
    now = noon(over);
    expect(await tickBooking('S1')).toEqual(['BookingErased', 'BookingErased', 'BookingErased']);
    expect(await tickSession('S1')).toEqual(['VisitErased', 'VisitErased']);
    expect([await tickBooking('S1'), await tickSession('S1')]).toEqual([[], []]);
    expect((await records.stored(booking)).events.at(-1)).toMatchObject({
      actor: { id: 'clock', role: 'system' },
      data: { booking: 3, on: over, basis: 'P47' },
    });
  });

  it('leaves what is held, by itself or as its visit, until the hold is lifted', async () => {
    await hold('booking.S1.3');
    await hold('visit.S1.1');
    expect(await tickBooking('S1')).toEqual(['BookingErased']);
    expect(await states()).toEqual(['confirmed', 'erased', 'waiting']);
    expect(await tickSession('S1')).toEqual(['VisitErased']);
    await hold('booking.S1.3', 'LegalHoldLifted');
    await hold('visit.S1.1', 'LegalHoldLifted');
    await tickBooking('S1');
    expect(await states()).toEqual(['erased', 'erased', 'erased']);
    expect(await tickSession('S1')).toEqual(['VisitErased']);
  });

  it('waits for the new date of a day that was moved', async () => {
    await add(session, [], { date: plusDays(firstDay, 7) });
    expect(await tickBooking('S1')).toEqual([]);
    now = noon(plusDays(over, 7));
    expect(await tickBooking('S1')).toHaveLength(3);
  });
});
