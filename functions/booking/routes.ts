import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { Any, CommandResult, identifier, line, credentials as ofPetition, phone } from '../shared/schemas.ts';

const tag = 'booking 接访预约';

const numberPattern = /^[0-9A-Z-]{10,40}$/;
const credentials = { ...ofPetition, number: identifier(numberPattern, 40, 'A booking number', '预约编号') };

const Booked = z.object({
  number: z.string(),
  queryCode: z.string().check(z.describe('查询码: for you alone')),
});

export const makeBooking = route({
  method: 'POST',
  path: '/public/reception-days/{id}/bookings',
  actions: ['MakeBooking'],
  public: true,
  tag,
  summary: 'Book a visit for a published reception day (预约接访)',
  description:
    'Nobody has to: who comes on the day without a booking is received too. The answer carries number and query code, with which you read what the desk says, and withdraw or move the booking. Several who come together name at most five representatives (Art. 20). Refused when the day is over or cancelled, or its places are taken. A repeat with the same `Idempotency-Key` finds the first answer from the same network only: from another it is another booking.',
  write: 'petitioner',
  body: () =>
    z.strictObject({
      visitor: line(50, '姓名'),
      phone,
      address: z.optional(line(200, '住址')),
      purpose: line(200, 'What you want to speak about'),
      persons: z._default(z.int().check(z.gte(1), z.lte(500), z.describe('How many will come (人次)')), 1),
      representatives: z._default(
        z
          .array(line(50, '代表'))
          // The rule of Art. 20 (at most five) is the domain's; this only bounds the request.
          .check(z.maxLength(50)),
        [],
      ),
      room: z.optional(z.int().check(z.gte(1), z.lte(30), z.describe('Topic room, by its number'))),
    }),
  response: () => Booked,
  status: 201,
});

export const followBooking = route({
  method: 'POST',
  path: '/portal/booking',
  actions: ['FollowBooking'],
  public: true,
  tag,
  summary:
    'Follow your own booking by number and query code: whether it is confirmed, and the day as it is published now',
  description:
    'Names other days of the same leaders to which it can be moved, above all when the day was cancelled. What the desk has moved to another day is found there, and `movedFrom` says from which. Some time after the day (30 days, where the place sets nothing else) what you said is destroyed, and the state is `erased`. By POST, so that the code stands in no address and no log.',
  body: () => z.strictObject(credentials),
  response: () => Any,
});

export const withdrawBooking = route({
  method: 'POST',
  path: '/portal/booking-withdrawals',
  actions: ['WithdrawBooking'],
  public: true,
  tag,
  summary: 'Withdraw your booking (取消预约); what you said in it is destroyed',
  write: 'petitioner',
  body: () => z.strictObject(credentials),
  response: () => CommandResult,
});

export const moveBooking = route({
  method: 'POST',
  path: '/portal/booking-moves',
  actions: ['MoveBooking'],
  public: true,
  tag,
  summary: 'Move your booking to another reception day of the same leaders (改约); it gets a new number and code',
  write: 'petitioner',
  body: () =>
    z.strictObject({
      ...credentials,
      session: identifier(numberPattern, 40, 'The id of a reception day', '接访日编号'),
    }),
  response: () => Booked,
});

export const routes = [makeBooking, followBooking, withdrawBooking, moveBooking];
