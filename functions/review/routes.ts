import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { CommandResult, day, Service, text } from '../shared/schemas.ts';

const tag = 'review and recheck 复查复核';

export const request = route({
  method: 'POST',
  path: '/petitions/{number}/review-requests',
  tag,
  summary: "Record the petitioner's request for review (复查, Art. 35) or recheck (复核, Art. 36) made at the counter",
  write: 'change',
  body: z.strictObject({
    grounds: text(5000, '事实和理由'),
    requestedOn: z.optional(day('When, if earlier than today')),
  }),
  response: CommandResult,
});

export const admit = route({
  method: 'POST',
  path: '/petitions/{number}/review-admissions',
  tag,
  summary: 'Admit the request, or reject it with reasons',
  write: 'change',
  body: z.strictObject({ admitted: z.boolean(), reason: text(2000, 'Reasons') }),
  response: CommandResult,
});

export const decide = route({
  method: 'POST',
  path: '/petitions/{number}/review-decisions',
  tag,
  summary: 'Decide: uphold 维持, change 变更, or quash 撤销, after which the organ decides anew',
  write: 'change',
  body: z.strictObject({
    outcome: z.enum(['uphold', 'change', 'quash']),
    opinion: text(10_000, '复查(复核)意见'),
    legalBasis: z.array(text(500, '依据')).check(z.minLength(1), z.maxLength(20)),
  }),
  response: CommandResult,
});

export const serve = route({
  method: 'POST',
  path: '/petitions/{number}/review-service',
  tag,
  summary: 'Record how and when the review opinion was served',
  write: 'change',
  body: Service,
  response: CommandResult,
});

export const routes = [request, admit, decide, serve];
