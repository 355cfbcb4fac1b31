import * as z from 'zod/mini';
import { receptionModes } from '../../domain/reception/session.ts';
import { route } from '../shared/route.ts';
import {
  Any,
  CommandResult,
  day,
  officerId,
  Person,
  petitionNumber,
  Registered,
  RegistrationBody,
  requests,
  text,
} from '../shared/schemas.ts';

const tag = 'reception desk 接访登记';
const clockTime = (description: string) =>
  z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time like 09:00'), z.describe(description));

export const register = route({
  method: 'POST',
  path: '/petitions',
  tag,
  summary: 'Register a petition (登记)',
  description:
    'Every matter is registered, whatever its channel (Art. 19, 22). The answer carries the query code for the petitioner: print it or text it.',
  write: 'create',
  body: RegistrationBody,
  response: Registered,
  status: 201,
});

export const lookUp = route({
  method: 'POST',
  path: '/petition-lookups',
  tag,
  summary: 'Earlier petitions of the same person, as possible repeats',
  description:
    'Found by identity or phone number through keyed hashes. The machine suggests; a person confirms with a repeat link.',
  body: z.strictObject({ identityNumber: Person.shape.identityNumber, phone: Person.shape.phone }),
  response: z.object({ items: z.array(Any) }),
});

export const amend = route({
  method: 'POST',
  path: '/petitions/{number}/amendments',
  tag,
  summary: 'Correct what the registration says, until it is routed',
  write: 'change',
  body: z.strictObject({
    changes: z.strictObject({
      subject: z.optional(RegistrationBody.shape.subject),
      requests: z.optional(requests),
      facts: z.optional(RegistrationBody.shape.facts),
      reasons: RegistrationBody.shape.reasons,
      place: RegistrationBody.shape.place,
    }),
    reason: text(500, 'Why it is corrected'),
  }),
  response: CommandResult,
});

const RepeatLink = z.strictObject({
  earlier: petitionNumber,
  reason: text(500, 'Why it is (or is not) the same matter'),
});

export const linkRepeat = route({
  method: 'POST',
  path: '/petitions/{number}/repeat-links',
  tag,
  summary: 'Confirm that this repeats an earlier petition (重复信访)',
  write: 'change',
  body: RepeatLink,
  response: CommandResult,
});

export const unlinkRepeat = route({
  method: 'POST',
  path: '/petitions/{number}/repeat-unlinks',
  tag,
  summary: 'Take back a repeat link',
  write: 'change',
  body: RepeatLink,
  response: CommandResult,
});

export const publishSession = route({
  method: 'POST',
  path: '/reception-sessions',
  tag,
  summary: "Publish a leader's reception day (领导接访日, Art. 18)",
  write: 'create',
  body: z.strictObject({
    leader: officerId('The leader who receives'),
    leaderName: text(50, 'Name as published'),
    post: text(100, '职务'),
    portfolio: text(200, '分管工作'),
    mode: z.enum(receptionModes),
    place: text(200, '接访地点'),
    date: day('Reception day'),
    from: clockTime('Begins (Asia/Shanghai)'),
    to: clockTime('Ends (Asia/Shanghai)'),
  }),
  response: CommandResult,
  status: 201,
});

const persons = z.int().check(z.gte(1), z.lte(10_000), z.describe('Persons present (人次)'));

export const preRegister = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits',
  tag,
  summary: 'Pre-register a visit, or add a walk-in (one visit = one batch 批次)',
  write: 'change',
  body: z.strictObject({ visitor: text(50, '来访人'), purpose: text(200, 'What the visit is about'), persons }),
  response: CommandResult,
});

export const checkIn = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/check-in',
  tag,
  summary: 'Check the visitors in, or note that nobody came',
  write: 'change',
  body: z.strictObject({ arrived: z.boolean(), persons: z.optional(persons) }),
  response: CommandResult,
});

export const recordVisit = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/record',
  tag,
  summary: 'Record what was said, and the petition that came of it',
  write: 'change',
  body: z.strictObject({
    account: text(10_000, 'The problem as told'),
    representatives: z._default(z.array(text(50, '代表')).check(z.maxLength(50)), []),
    petition: z.optional(petitionNumber),
  }),
  response: CommandResult,
});

export const routes = [
  register,
  lookUp,
  amend,
  linkRepeat,
  unlinkRepeat,
  publishSession,
  preRegister,
  checkIn,
  recordVisit,
];
