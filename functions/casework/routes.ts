import * as z from 'zod/mini';
import { results } from '../../domain/petition/routes.ts';
import { supportKinds } from '../../domain/petition/support.ts';
import { route } from '../shared/route.ts';
import { CommandResult, day, line, officerId, Service, text, unitId } from '../shared/schemas.ts';

const tag = 'casework 承办';

export const accept = route({
  method: 'POST',
  path: '/petitions/{number}/acceptance',
  actions: ['AcceptPetition'],
  tag,
  summary: 'Accept the matter (受理); under Art. 31(6) the 60 days of Art. 34 start',
  write: 'change',
  body: () =>
    z.strictObject({
      simple: z.optional(z.boolean().check(z.describe('简易办理, where a local rule is configured'))),
    }),
  response: () => CommandResult,
});

export const takeOverAccusation = route({
  method: 'POST',
  path: '/petitions/{number}/accusation-receipts',
  actions: ['TakeOverAccusation'],
  tag,
  summary: 'The discipline organ takes over an accusation (检举控告) that was handed to it sealed (Art. 30)',
  description: 'From here on it follows the rules of that organ; nobody else sees it.',
  write: 'change',
  body: () => z.strictObject({}),
  response: () => CommandResult,
});

export const returnAccusation = route({
  method: 'POST',
  path: '/petitions/{number}/accusation-returns',
  actions: ['ReturnAccusation'],
  tag,
  summary: 'It is no accusation, or not for this organ: back to the office, which classifies anew',
  write: 'change',
  body: () => z.strictObject({ reason: text(2000, 'Reasons') }),
  response: () => CommandResult,
});

export const divert = route({
  method: 'POST',
  path: '/petitions/{number}/diversion',
  actions: ['DivertPetition'],
  tag,
  summary: 'Lead the matter into the procedure that the law names for it (Art. 31(1) to (4))',
  write: 'change',
  body: () =>
    z.strictObject({
      procedure: text(500, '程序'),
      organ: line(200, '受理机关'),
      remedy: text(1000, 'What the petitioner can do there'),
    }),
  response: () => CommandResult,
});

export const object = route({
  method: 'POST',
  path: '/petitions/{number}/objections',
  actions: ['ObjectToRouting'],
  tag,
  summary: 'Object that the matter is not yours, within five working days (Art. 23)',
  write: 'change',
  body: () => z.strictObject({ reason: text(5000, 'Detailed reasons') }),
  response: () => CommandResult,
});

export const proposeAssignment = route({
  method: 'POST',
  path: '/petitions/{number}/assignment-proposals',
  actions: ['ProposeAssignment'],
  tag,
  summary: 'Propose who is responsible: lead unit and departments called in (吹哨报到)',
  write: 'change',
  body: () =>
    z.strictObject({
      leadUnit: unitId('主办单位'),
      assistingUnits: z._default(z.array(unitId('协办单位')).check(z.maxLength(20)), []),
      reason: text(2000, '拟办意见'),
    }),
  response: () => CommandResult,
});

export const acknowledge = route({
  method: 'POST',
  path: '/petitions/{number}/legs/{unit}/acknowledgement',
  actions: ['AcknowledgeLeg'],
  tag,
  summary: 'Your unit has seen the call (签收)',
  write: 'change',
  body: () => z.strictObject({}),
  response: () => CommandResult,
});

export const reportIn = route({
  method: 'POST',
  path: '/petitions/{number}/legs/{unit}/report-in',
  actions: ['ReportIn'],
  tag,
  summary: 'Your unit reports in with the officer who handles it (报到)',
  write: 'change',
  body: () => z.strictObject({ officer: officerId('Handling officer') }),
  response: () => CommandResult,
});

export const legOutcome = route({
  method: 'POST',
  path: '/petitions/{number}/legs/{unit}/outcome',
  actions: ['RecordLegOutcome'],
  tag,
  summary: "Your unit's outcome, for the lead unit's opinion",
  write: 'change',
  body: () => z.strictObject({ outcome: text(10_000, 'Findings and proposal') }),
  response: () => CommandResult,
});

export const draftOpinion = route({
  method: 'POST',
  path: '/petitions/{number}/opinions',
  actions: ['DraftOpinion'],
  tag,
  summary: 'Draft the written opinion (信访处理意见书, Art. 32)',
  write: 'change',
  body: () =>
    z.strictObject({
      result: z
        .enum(results)
        .check(
          z.describe('支持 / 解释说明 / 不予支持; suggestions: 采纳 / 部分采纳 / 不予采纳; Art. 31(5): 履行 / 答复'),
        ),
      answers: z
        .array(text(5000, 'Answer to one request'))
        .check(z.minLength(1), z.maxLength(20), z.describe('One for every request, in the same order')),
      facts: text(10_000, '查明的事实'),
      reasons: text(10_000, '理由'),
      legalBasis: z.array(text(500, '法律法规依据')).check(z.minLength(1), z.maxLength(20)),
      newFacts: z.optional(text(5000, 'After a quashed opinion with the same result: what was not known then')),
    }),
  response: () => CommandResult,
});

export const serveOpinion = route({
  method: 'POST',
  path: '/petitions/{number}/opinion-service',
  actions: ['ServeOpinion'],
  tag,
  summary: 'Record how and when the opinion was served (送达); the 30 days of Art. 35 start',
  write: 'change',
  body: () => Service,
  response: () => CommandResult,
});

export const submitReport = route({
  method: 'POST',
  path: '/petitions/{number}/hand-over-reports',
  actions: ['SubmitReport'],
  tag,
  summary: 'Report the result of a matter that was handed over (办结报告, Art. 22(3)), once the opinion is served',
  write: 'change',
  body: () => z.strictObject({ report: text(10_000, '办结报告') }),
  response: () => CommandResult,
});

export const requestClosing = route({
  method: 'POST',
  path: '/petitions/{number}/closing-requests',
  actions: ['RequestClosing'],
  tag,
  summary: 'Ask for the closing (申请办结); a second person confirms',
  write: 'change',
  body: () =>
    z.strictObject({
      summary: text(5000, '办结情况'),
      report: z.optional(text(10_000, '办结报告, for a matter that was handed over (交办, Art. 22(3))')),
    }),
  response: () => CommandResult,
});

export const judgeNewFacts = route({
  method: 'POST',
  path: '/petitions/{number}/new-fact-judgements',
  actions: ['JudgeNewFacts'],
  tag,
  summary: 'Judge whether the facts or reasons that the petitioner claims are new (Art. 36)',
  write: 'change',
  body: () => z.strictObject({ isNew: z.boolean(), reason: text(5000, 'Why') }),
  response: () => CommandResult,
});

export const requestExtension = route({
  method: 'POST',
  path: '/petitions/{number}/extension-requests',
  actions: ['RequestExtension'],
  tag,
  summary: 'Ask the head of the organ to extend the 60 days, once, by at most 30 (Art. 34)',
  write: 'change',
  body: () =>
    z.strictObject({
      days: z.int().check(z.gte(1), z.lte(366), z.describe('At most 30')),
      reason: text(2000, 'Why it is complex; the petitioner is told'),
    }),
  response: () => CommandResult,
});

export const followUp = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/follow-up',
  actions: ['RecordFollowUp'],
  tag,
  summary: "Record what became of a leader's instruction; a leader confirms it or sends it back",
  write: 'change',
  body: () => z.strictObject({ result: text(5000, 'Result') }),
  response: () => CommandResult,
});

export const progress = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/progress',
  actions: ['LogCommitmentProgress'],
  tag,
  summary: "Tell how far the work on a leader's instruction has come",
  write: 'change',
  body: () => z.strictObject({ account: text(5000, 'What was done') }),
  response: () => CommandResult,
});

export const serveNotice = route({
  method: 'POST',
  path: '/petitions/{number}/notices/{id}/service',
  actions: ['ServeNotice'],
  tag: 'notices 告知文书',
  summary: 'Record how and when a notice was served (送达), by the unit that owes it',
  description:
    'An opinion and a review are served by their own routes, because their service starts the next limit. Left with a witness (留置): name the witness and the reason.',
  write: 'change',
  body: () => Service,
  response: () => CommandResult,
});

export const contactAttempt = route({
  method: 'POST',
  path: '/petitions/{number}/contact-attempts',
  actions: ['RecordContactAttempt'],
  tag,
  summary: 'Log an attempt to reach the petitioner (失联)',
  description: 'One in vain is recorded near the day on which it was made (`attemptRecords`); later it is refused.',
  write: 'change',
  body: () =>
    z.strictObject({
      on: day('When'),
      method: line(100, 'By phone, by post, at the address …'),
      reached: z.boolean(),
      account: text(1000, 'What happened'),
    }),
  response: () => CommandResult,
});

export const publishByCode = route({
  method: 'POST',
  path: '/petitions/{number}/code-publications',
  actions: ['PublishByCode'],
  tag,
  summary: 'Let the answer be read with the query code alone, when the petitioner is out of reach or anonymous',
  description: 'Needs attempts on as many days as configured. It counts as received only after a configured time.',
  write: 'change',
  body: () => z.strictObject({}),
  response: () => CommandResult,
});

export const support = route({
  method: 'POST',
  path: '/petitions/{number}/support',
  actions: ['RecordSupport'],
  tag,
  summary: 'Record help, counselling or dispute resolution (Art. 37), before and after everything else has ended',
  write: 'change',
  body: () =>
    z.strictObject({
      kind: z.enum(supportKinds).check(z.describe('疏导教育 / 矛盾化解 / 社会救助 / 司法救助 / 其他帮扶')),
      on: z.optional(day('When, if earlier than today')),
      account: text(5000, 'What was done'),
    }),
  response: () => CommandResult,
});

export const routes = [
  takeOverAccusation,
  returnAccusation,
  contactAttempt,
  publishByCode,
  support,
  accept,
  divert,
  object,
  proposeAssignment,
  acknowledge,
  reportIn,
  legOutcome,
  draftOpinion,
  serveOpinion,
  submitReport,
  requestClosing,
  judgeNewFacts,
  requestExtension,
  followUp,
  progress,
  serveNotice,
];
