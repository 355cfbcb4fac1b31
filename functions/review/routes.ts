import * as z from 'zod/mini';
import { rejectionGrounds } from '../../domain/petition/review-admission.ts';
import { route } from '../shared/route.ts';
import { CommandResult, day, line, ReviewRequest, Service, text } from '../shared/schemas.ts';

const tag = 'review and recheck 复查复核';

export const request = route({
  method: 'POST',
  path: '/petitions/{number}/review-requests',
  actions: ['RequestReview'],
  tag,
  summary: "Record the petitioner's request for review (复查, Art. 35) or recheck (复核, Art. 36) made at the counter",
  write: 'change',
  body: () =>
    z.strictObject({
      grounds: text(5000, '事实和理由'),
      requestedOn: z.optional(day('When, if earlier than today')),
      ...ReviewRequest,
    }),
  response: () => CommandResult,
});

export const admit = route({
  method: 'POST',
  path: '/petitions/{number}/review-admissions',
  actions: ['AdmitReview'],
  tag,
  summary: 'Admit the request, or reject it with reasons',
  write: 'change',
  body: () =>
    z.strictObject({
      admitted: z.boolean(),
      reason: text(2000, 'Reasons'),
      ground: z.optional(z.enum(rejectionGrounds).check(z.describe('Of a rejection'))),
    }),
  response: () => CommandResult,
});

export const decide = route({
  method: 'POST',
  path: '/petitions/{number}/review-decisions',
  actions: ['DecideReview'],
  tag,
  summary: 'Decide: uphold 维持, change 变更, or quash 撤销, after which the organ decides anew',
  write: 'change',
  body: () =>
    z.strictObject({
      outcome: z.enum(['uphold', 'change', 'quash']),
      opinion: text(10_000, '复查(复核)意见'),
      legalBasis: z.array(text(500, '依据')).check(z.minLength(1), z.maxLength(20)),
    }),
  response: () => CommandResult,
});

export const serve = route({
  method: 'POST',
  path: '/petitions/{number}/review-service',
  actions: ['ServeReview'],
  tag,
  summary: 'Record how and when the review opinion was served',
  write: 'change',
  body: () => Service,
  response: () => CommandResult,
});

export const tollWindow = route({
  method: 'POST',
  path: '/petitions/{number}/force-majeure',
  actions: ['RecordForceMajeure'],
  tag,
  summary: 'Days on which force majeure kept the petitioner from asking; only where a local rule is configured',
  write: 'change',
  body: () => z.strictObject({ from: day('First day'), to: day('Last day'), reason: text(2000, 'What happened') }),
  response: () => CommandResult,
});

export const scheduleHearing = route({
  method: 'POST',
  path: '/petitions/{number}/hearings',
  actions: ['ScheduleHearing'],
  tag,
  summary: 'Tell the parties of a hearing (听证), in handling (Art. 31(6)), review or recheck (Art. 36)',
  write: 'change',
  body: () =>
    z.strictObject({
      on: day('When it is held'),
      place: line(200, 'Where'),
      subject: text(500, 'About what'),
      parties: z.array(line(100, 'Who is told')).check(z.minLength(1), z.maxLength(50)),
      public: z.boolean().check(z.describe('In public, unless secrets or privacy forbid it')),
    }),
  response: () => CommandResult,
});

export const recordHearing = route({
  method: 'POST',
  path: '/petitions/{number}/hearings/{hearing}/record',
  actions: ['RecordHearing'],
  tag,
  summary: 'Record a hearing that was held; in recheck alone its time does not count (Art. 36)',
  write: 'change',
  body: () =>
    z.strictObject({
      from: day('First day'),
      to: day('Last day'),
      present: z.array(line(100, 'Who was there')).check(z.minLength(1), z.maxLength(100)),
      record: text(20_000, '听证笔录'),
    }),
  response: () => CommandResult,
});

export const cancelHearing = route({
  method: 'POST',
  path: '/petitions/{number}/hearings/{hearing}/cancellation',
  actions: ['CancelHearing'],
  tag,
  summary: 'Cancel a hearing that the parties were told of',
  write: 'change',
  body: () => z.strictObject({ reason: text(2000, 'Why') }),
  response: () => CommandResult,
});

export const routes = [request, admit, decide, serve, tollWindow, scheduleHearing, recordHearing, cancelHearing];
