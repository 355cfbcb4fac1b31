import * as z from 'zod/mini';
import { disclosurePurposes } from '../../domain/privacy/reads.ts';
import { receptionModes } from '../../domain/reception/session-state.ts';
import { route } from '../shared/route.ts';
import {
  Accused,
  Any,
  CommandResult,
  categoryCode,
  clockTime,
  cursor,
  day,
  limit,
  line,
  officerId,
  Person,
  Petitioner,
  page,
  petitionNumber,
  Registered,
  RegistrationBody,
  requests,
  text,
  unitId,
} from '../shared/schemas.ts';

const tag = 'reception desk 接访登记';
/** By what earlier petitions of one person are found. */
const sought = {
  identityNumber: Person.shape.identityNumber,
  phone: Person.shape.phone,
  name: z.optional(Person.shape.name),
  address: Person.shape.address,
};

export const register = route({
  method: 'POST',
  path: '/petitions',
  actions: ['RegisterPetition'],
  tag,
  summary: 'Register a petition (登记)',
  description:
    'Every matter is registered, whatever its channel (Art. 19, 22). The answer carries the query code for the petitioner: print it or text it.',
  write: 'create',
  body: () => RegistrationBody,
  response: () => Registered,
  status: 201,
});

export const lookUp = route({
  method: 'POST',
  path: '/petition-lookups',
  actions: ['FindPetitions'],
  tag,
  summary: 'Earlier petitions of the same persons, as possible repeats (重复信访), before registration ends',
  description:
    'Found through keyed hashes of identity number, phone, or name and address. Name every representative and joint petitioner under `persons`. What is known of the matter orders the suggestions; each says why it is one, with the phrases that both have. The machine suggests; a person confirms with a repeat link. That a page was shown stands in the history of reads of each petition on it.',
  query: () => z.strictObject({ limit, cursor }),
  body: () =>
    z.strictObject({
      ...sought,
      persons: z.optional(z.array(z.strictObject(sought)).check(z.minLength(1), z.maxLength(20))),
      matter: z.optional(
        z.strictObject({
          unit: z.optional(unitId('Where it is registered, or the organ it is about')),
          category: z.optional(categoryCode('内容分类')),
          place: z.optional(line(200, 'Where it happened')),
          text: z.optional(text(10_000, 'Subject and requests')),
        }),
      ),
    }),
  response: () => page(Any),
});

export const amend = route({
  method: 'POST',
  path: '/petitions/{number}/amendments',
  actions: ['AmendRegistration'],
  tag,
  summary: 'Correct what the registration says, until it is routed; of an imported matter at any time',
  write: 'change',
  body: () =>
    z.strictObject({
      changes: z.strictObject({
        subject: z.optional(RegistrationBody.shape.subject),
        requests: z.optional(requests),
        facts: z.optional(RegistrationBody.shape.facts),
        reasons: RegistrationBody.shape.reasons,
        place: RegistrationBody.shape.place,
        accused: z.optional(Accused.check(z.describe('It is an accusation (检举控告), as it turns out, and of whom'))),
        noAccusation: z.optional(
          z.literal(true).check(z.describe('What was taken for an accusation is none after all')),
        ),
        former: z.optional(
          z
            .strictObject({
              finishedOn: z.optional(day('On which it was finished')),
              handledBy: z.optional(line(100, 'Who handled it')),
              result: z.optional(text(2000, 'With what result')),
            })
            .check(z.describe('Of an imported matter: what its old ledger says of its end')),
        ),
      }),
      reason: text(500, 'Why it is corrected'),
    }),
  response: () => CommandResult,
});

export const requestWithdrawal = route({
  method: 'POST',
  path: '/petitions/{number}/withdrawal-requests',
  actions: ['RequestWithdrawal'],
  tag,
  summary: 'Take down that the petitioner withdraws (撤回), with reasons and how it was made sure that it is voluntary',
  description: 'The petition office consents or not. An accusation goes on; the same matter can be brought again.',
  write: 'change',
  body: () => z.strictObject({ reason: text(2000, 'Why'), voluntariness: text(2000, 'How it was made sure') }),
  response: () => CommandResult,
});

export const retractWithdrawal = route({
  method: 'POST',
  path: '/petitions/{number}/withdrawal-retractions',
  actions: ['RetractWithdrawal'],
  tag,
  summary: 'The petitioner takes the withdrawal back before anybody has consented',
  write: 'change',
  body: () => z.strictObject({}),
  response: () => CommandResult,
});

export const recordDeath = route({
  method: 'POST',
  path: '/petitions/{number}/death',
  actions: ['RecordDeath'],
  tag,
  summary: 'Record that the petitioner has died; heirs can continue within a configured time',
  write: 'change',
  body: () => z.strictObject({ diedOn: day('Day of death'), evidence: text(1000, 'What shows it') }),
  response: () => CommandResult,
});

export const succeed = route({
  method: 'POST',
  path: '/petitions/{number}/heirs',
  actions: ['ContinueByHeirs'],
  tag,
  summary: 'Heirs continue the matter under their own names',
  write: 'change',
  body: () => z.strictObject({ petitioner: Petitioner, evidence: text(1000, 'What shows that they are heirs') }),
  response: () => CommandResult,
});

export const changeRepresentatives = route({
  method: 'POST',
  path: '/petitions/{number}/representatives',
  actions: ['ChangeRepresentatives'],
  tag,
  summary: 'The group has elected other representatives (代表), at most five (Art. 20)',
  write: 'change',
  body: () =>
    z.strictObject({
      representatives: z.array(Person).check(z.minLength(1), z.maxLength(50)),
      headcount: z.optional(z.int().check(z.gte(2), z.lte(100_000))),
      authority: text(1000, 'What shows that the group has given this authority'),
    }),
  response: () => CommandResult,
});

/**
 * Parts of one request. All are registered in one transaction, which DynamoDB ends at 100 items, and each is filed under up
 * to fifteen hashes (five representatives, three of each). What is left can be split in the next request.
 */
const maximumParts = 4;

export const split = route({
  method: 'POST',
  path: '/petitions/{number}/parts',
  actions: ['SplitPetition'],
  tag,
  summary: 'Split off requests for other organs as petitions of their own, before routing; the parent closes last',
  description:
    'The parent keeps its number and at least one request. Each part names its requests by their place in the list and tells only what concerns it. The answer carries the query code of every part.',
  write: 'change',
  body: () =>
    z.strictObject({
      parts: z
        .array(
          z.strictObject({
            requests: z.array(z.int().check(z.gte(0), z.lte(19))).check(z.minLength(1), z.maxLength(20)),
            subject: RegistrationBody.shape.subject,
            facts: RegistrationBody.shape.facts,
          }),
        )
        .check(z.minLength(1), z.maxLength(maximumParts)),
      reason: text(2000, 'Why these are matters of different organs'),
    }),
  response: () =>
    z.object({
      ...CommandResult.shape,
      parts: z.array(z.object({ number: z.string(), queryCode: z.string() })),
    }),
});

const RepeatLink = z.strictObject({
  earlier: petitionNumber,
  reason: text(500, 'Why it is (or is not) the same matter'),
});

export const linkRepeat = route({
  method: 'POST',
  path: '/petitions/{number}/repeat-links',
  actions: ['LinkRepeat'],
  tag,
  summary: 'Confirm that this repeats an earlier petition (重复信访)',
  write: 'change',
  body: () => RepeatLink,
  response: () => CommandResult,
});

export const unlinkRepeat = route({
  method: 'POST',
  path: '/petitions/{number}/repeat-unlinks',
  actions: ['UnlinkRepeat'],
  tag,
  summary: 'Take back a repeat link',
  write: 'change',
  body: () => RepeatLink,
  response: () => CommandResult,
});

const receiver = {
  leader: officerId('The leader who receives'),
  leaderName: line(50, 'Name as published'),
  post: line(100, '职务'),
  portfolio: line(200, '分管工作'),
};
const appointed = {
  place: line(200, '接访地点'),
  date: day('Reception day'),
  from: clockTime('Begins (Asia/Shanghai)'),
  to: clockTime('Ends (Asia/Shanghai)'),
};

export const publishSession = route({
  method: 'POST',
  path: '/reception-sessions',
  actions: ['PublishSession'],
  tag,
  summary: "Publish a leader's reception day (领导接访日, Art. 18)",
  description:
    'Anybody reads it from then on, under `/public/reception-days`; where no rota or post of the unit says that the leader is one of its own (`unconfirmed`), once he has confirmed it himself. In topic rooms departments receive together with the leader.',
  write: 'create',
  body: () =>
    z.strictObject({
      ...receiver,
      mode: z.enum(receptionModes),
      ...appointed,
      rooms: z.optional(
        z
          .array(
            z.strictObject({
              topic: line(50, '专题'),
              place: line(200, 'Which room'),
              departments: z._default(z.array(unitId('Receives in this room')).check(z.maxLength(20)), []),
            }),
          )
          .check(z.minLength(1), z.maxLength(30), z.describe('专题接访室')),
      ),
      places: z.optional(
        z.int().check(z.gte(0), z.lte(80), z.describe('Bookings it takes from the public; configured when absent')),
      ),
    }),
  response: () => CommandResult,
  status: 201,
});

export const replaceLeader = route({
  method: 'POST',
  path: '/reception-sessions/{id}/leader',
  actions: ['ReplaceLeader'],
  tag,
  summary: 'Another leader receives in place of the one who was announced (更换接访领导)',
  description:
    'Published at once, the name of an `unconfirmed` one when he has confirmed it; what waits for the leader waits for the other one. The duty of the first is not done by it.',
  write: 'change',
  body: () => z.strictObject({ ...receiver, reason: text(500, 'Why; not published') }),
  response: () => CommandResult,
});

export const rescheduleSession = route({
  method: 'POST',
  path: '/reception-sessions/{id}/schedule',
  actions: ['RescheduleSession'],
  tag,
  summary: 'Move a reception day that has not begun to another day or place; who is registered stays so',
  write: 'change',
  body: () => z.strictObject({ ...appointed, reason: text(500, 'As it is published') }),
  response: () => CommandResult,
});

export const cancelSession = route({
  method: 'POST',
  path: '/reception-sessions/{id}/cancellation',
  actions: ['CancelSession'],
  tag,
  summary: 'Cancel a reception day before it comes (取消接访日)',
  description:
    'The public page says so from then on, with the reason; the duty is not done by it. Visits that were registered wait for the desk to end them (`arrived: false`) once the visitor is told.',
  write: 'change',
  body: () => z.strictObject({ reason: text(500, 'As it is published') }),
  response: () => CommandResult,
});

export const noteAttendance = route({
  method: 'POST',
  path: '/reception-sessions/{id}/attendance',
  actions: ['NoteAttendance'],
  tag,
  summary: 'Note whether the leader was there (到岗), also of a day on which nobody came',
  description:
    'On the day; as late for a few configured days more. One leader counts for a day. A second time it corrects the first, with a reason, and both stay in the record.',
  write: 'change',
  body: () =>
    z.strictObject({
      attended: z.boolean(),
      remark: z.optional(text(500, 'What there is to say')),
      reason: z.optional(text(500, 'Why what was noted before was wrong')),
    }),
  response: () => CommandResult,
});

/** More do not fit into a reception room; our number, no rule names one. */
const mostPersons = 500;
const persons = z.int().check(z.gte(1), z.lte(mostPersons), z.describe('Persons present (人次)'));

export const preRegister = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits',
  actions: ['PreRegisterVisit'],
  tag,
  summary: 'Pre-register a visit, or add a walk-in (one visit = one batch 批次)',
  description:
    'Before the day it is pre-registered, by appointment (约访) or the case that is brought down (带案下访, which names the petition), as the form of the day is; on the day it is a walk-in.',
  write: 'change',
  body: () =>
    z.strictObject({
      visitor: line(50, '来访人'),
      address: z.optional(line(200, '单位或住址')),
      purpose: line(200, 'What the visit is about'),
      persons,
      room: z.optional(z.int().check(z.gte(1), z.lte(30), z.describe('Topic room, by its number'))),
      petition: z.optional(petitionNumber),
    }),
  response: () => CommandResult,
});

export const moveVisit = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/move',
  actions: ['MoveVisit'],
  tag,
  summary: 'Move a visit to another reception day of the same desk, as the visitor wishes (改约)',
  description:
    'Above all of a day that was cancelled. A booking goes along: whoever made it finds it by the number and code that he has. Both days change in one write; `If-Match` is of the first.',
  write: 'change',
  body: () => z.strictObject({ session: petitionNumber }),
  response: () => CommandResult,
});

const bookingStates = ['waiting', 'confirmed', 'declined', 'withdrawn', 'moved', 'erased'] as const;

export const bookings = route({
  method: 'GET',
  path: '/reception-sessions/{id}/bookings',
  actions: ['ReadBookings'],
  tag,
  summary: 'What the public has booked for a reception day (预约名单), masked',
  query: () =>
    z.strictObject({
      state: z.optional(z.enum(bookingStates).check(z.describe('Only these'))),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

export const discloseBooking = route({
  method: 'POST',
  path: '/reception-sessions/{id}/bookings/{booking}/disclosures',
  actions: ['DiscloseBooking'],
  tag,
  summary: 'A booking unmasked, for a purpose, to reach who made it; that it was read is recorded',
  body: () => z.strictObject({ purpose: z.enum(disclosurePurposes) }),
  response: () => Any,
});

export const decideBooking = route({
  method: 'POST',
  path: '/reception-sessions/{id}/bookings/{booking}/decision',
  actions: ['ConfirmBooking', 'DeclineBooking'],
  tag,
  summary: 'Confirm a booking, which makes it a visit of the day, or say why it cannot be taken',
  description: 'Who made it reads the decision, with the reason, by his query code.',
  write: 'create',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('confirm') }),
      z.strictObject({ decision: z.literal('decline'), reason: text(500, 'As he reads it') }),
    ]),
  response: () => CommandResult,
});

export const checkIn = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/check-in',
  actions: ['CheckIn'],
  tag,
  summary: 'Check the visitors in, or note that nobody came',
  write: 'change',
  body: () => z.strictObject({ arrived: z.boolean(), persons: z.optional(persons) }),
  response: () => CommandResult,
});

export const recordVisit = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/record',
  actions: ['RecordVisit'],
  tag,
  summary: 'Record what was said, and the petition that came of it',
  write: 'change',
  body: () =>
    z.strictObject({
      account: text(10_000, 'The problem as told'),
      place: z.optional(line(200, 'Where it happened')),
      cause: z.optional(text(1000, '起因')),
      representatives: z._default(z.array(line(50, '代表')).check(z.maxLength(50)), []),
      petition: z.optional(petitionNumber),
    }),
  response: () => CommandResult,
});

export const routes = [
  register,
  lookUp,
  amend,
  linkRepeat,
  unlinkRepeat,
  requestWithdrawal,
  retractWithdrawal,
  recordDeath,
  succeed,
  changeRepresentatives,
  split,
  publishSession,
  preRegister,
  replaceLeader,
  rescheduleSession,
  cancelSession,
  noteAttendance,
  moveVisit,
  bookings,
  discloseBooking,
  decideBooking,
  checkIn,
  recordVisit,
];
