import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { CommandResult, officerId, Service, text, unitId } from '../shared/schemas.ts';

const tag = 'casework 承办';

export const accept = route({
  method: 'POST',
  path: '/petitions/{number}/acceptance',
  tag,
  summary: 'Accept the matter (受理); under Art. 31(6) the 60 days of Art. 34 start',
  write: 'change',
  body: z.strictObject({}),
  response: CommandResult,
});

export const divert = route({
  method: 'POST',
  path: '/petitions/{number}/diversion',
  tag,
  summary: 'Lead the matter into the procedure that the law names for it (Art. 31(1) to (4))',
  write: 'change',
  body: z.strictObject({
    procedure: text(500, '程序'),
    organ: text(200, '受理机关'),
    remedy: text(1000, 'What the petitioner can do there'),
  }),
  response: CommandResult,
});

export const object = route({
  method: 'POST',
  path: '/petitions/{number}/objections',
  tag,
  summary: 'Object that the matter is not yours, within five working days (Art. 23)',
  write: 'change',
  body: z.strictObject({ reason: text(5000, 'Detailed reasons') }),
  response: CommandResult,
});

export const proposeAssignment = route({
  method: 'POST',
  path: '/petitions/{number}/assignment-proposals',
  tag,
  summary: 'Propose who is responsible: lead unit, departments called in (吹哨报到), sponsoring leader (包案)',
  write: 'change',
  body: z.strictObject({
    leadUnit: unitId('主办单位'),
    assistingUnits: z._default(z.array(unitId('协办单位')).check(z.maxLength(20)), []),
    sponsor: z.optional(officerId('包案领导')),
    reason: text(2000, '拟办意见'),
  }),
  response: CommandResult,
});

export const acknowledge = route({
  method: 'POST',
  path: '/petitions/{number}/legs/{unit}/acknowledgement',
  tag,
  summary: 'Your unit has seen the call (签收)',
  write: 'change',
  body: z.strictObject({}),
  response: CommandResult,
});

export const reportIn = route({
  method: 'POST',
  path: '/petitions/{number}/legs/{unit}/report-in',
  tag,
  summary: 'Your unit reports in with the officer who handles it (报到)',
  write: 'change',
  body: z.strictObject({ officer: officerId('Handling officer') }),
  response: CommandResult,
});

export const legOutcome = route({
  method: 'POST',
  path: '/petitions/{number}/legs/{unit}/outcome',
  tag,
  summary: "Your unit's outcome, for the lead unit's opinion",
  write: 'change',
  body: z.strictObject({ outcome: text(10_000, 'Findings and proposal') }),
  response: CommandResult,
});

export const draftOpinion = route({
  method: 'POST',
  path: '/petitions/{number}/opinions',
  tag,
  summary: 'Draft the written opinion (信访处理意见书, Art. 32)',
  write: 'change',
  body: z.strictObject({
    result: z.enum(['support', 'explain', 'not-support']).check(z.describe('支持 / 解释说明 / 不予支持')),
    answers: z
      .array(text(5000, 'Answer to one request'))
      .check(z.minLength(1), z.maxLength(20), z.describe('One for every request, in the same order')),
    facts: text(10_000, '查明的事实'),
    reasons: text(10_000, '理由'),
    legalBasis: z.array(text(500, '法律法规依据')).check(z.minLength(1), z.maxLength(20)),
  }),
  response: CommandResult,
});

export const serveOpinion = route({
  method: 'POST',
  path: '/petitions/{number}/opinion-service',
  tag,
  summary: 'Record how and when the opinion was served (送达); the 30 days of Art. 35 start',
  write: 'change',
  body: Service,
  response: CommandResult,
});

export const requestClosing = route({
  method: 'POST',
  path: '/petitions/{number}/closing-requests',
  tag,
  summary: 'Ask for the closing (申请办结); a second person confirms',
  write: 'change',
  body: z.strictObject({ summary: text(5000, '办结报告') }),
  response: CommandResult,
});

export const declareRecusal = route({
  method: 'POST',
  path: '/petitions/{number}/recusals',
  tag,
  summary: 'Declare an officer recused for direct interest (回避, Art. 28)',
  write: 'change',
  body: z.strictObject({ officer: officerId('The officer with the interest'), interest: text(1000, 'What interest') }),
  response: CommandResult,
});

export const requestExtension = route({
  method: 'POST',
  path: '/petitions/{number}/extension-requests',
  tag,
  summary: 'Ask the head of the organ to extend the 60 days, once, by at most 30 (Art. 34)',
  write: 'change',
  body: z.strictObject({
    days: z.int().check(z.gte(1), z.lte(366), z.describe('At most 30')),
    reason: text(2000, 'Why it is complex; the petitioner is told'),
  }),
  response: CommandResult,
});

export const followUp = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/follow-up',
  tag,
  summary: "Record what became of a leader's instruction",
  write: 'change',
  body: z.strictObject({ result: text(5000, 'Result') }),
  response: CommandResult,
});

export const serveNotice = route({
  method: 'POST',
  path: '/petitions/{number}/notices/{id}/service',
  tag: 'notices 告知文书',
  summary: 'Record how and when a notice was served (送达), by the unit that owes it',
  description:
    'An opinion and a review are served by their own routes, because their service starts the next limit. Left with a witness (留置): name the witness and the reason.',
  write: 'change',
  body: Service,
  response: CommandResult,
});

export const routes = [
  accept,
  divert,
  object,
  proposeAssignment,
  acknowledge,
  reportIn,
  legOutcome,
  draftOpinion,
  serveOpinion,
  requestClosing,
  declareRecusal,
  requestExtension,
  followUp,
  serveNotice,
];
