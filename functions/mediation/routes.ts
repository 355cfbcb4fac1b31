import * as z from 'zod/mini';
import { markManners } from '../../domain/petition/mediation.ts';
import { route } from '../shared/route.ts';
import { CommandResult, day, line, officerId, partyId, text, unitId } from '../shared/schemas.ts';

const tag = 'mediation 调解';

export const propose = route({
  method: 'POST',
  path: '/petitions/{number}/mediations',
  actions: ['ProposeMediation'],
  tag,
  summary: 'Propose mediation to all sides (Art. 33)',
  write: 'change',
  body: () =>
    z.strictObject({
      committee: unitId('人民调解委员会'),
      mediator: officerId('调解员'),
      parties: z
        .array(
          z.strictObject({
            id: partyId('Short name in this file'),
            name: line(100, '当事人'),
            kind: z.enum(['petitioner', 'counterparty']),
          }),
        )
        .check(z.minLength(2), z.maxLength(20)),
    }),
  response: () => CommandResult,
});

export const consent = route({
  method: 'POST',
  path: '/petitions/{number}/mediation-consents',
  actions: ['RecordConsent'],
  tag,
  summary: "Record a side's consent, or its refusal, which ends the mediation (人民调解法 17)",
  write: 'change',
  body: () =>
    z.strictObject({
      party: partyId('Party'),
      consents: z.boolean(),
      statement: text(1000, 'How and when it was said'),
    }),
  response: () => CommandResult,
});

export const session = route({
  method: 'POST',
  path: '/petitions/{number}/mediation-sessions',
  actions: ['MinuteSession'],
  tag,
  summary: 'Minute a session (人民调解法 27)',
  write: 'change',
  body: () =>
    z.strictObject({
      heldOn: day('When'),
      place: line(200, 'Where'),
      present: z.array(line(100, 'Who was there')).check(z.minLength(1), z.maxLength(50)),
      minutes: text(20_000, '调解记录'),
    }),
  response: () => CommandResult,
});

export const agreement = route({
  method: 'POST',
  path: '/petitions/{number}/agreements',
  actions: ['DraftAgreement'],
  tag,
  summary: 'Draft the agreement (调解协议书, 人民调解法 29)',
  description: 'It may not contain a promise to give up suing, arbitration or petitioning (人民调解法 3).',
  write: 'change',
  body: () =>
    z.strictObject({
      facts: text(10_000, '主要事实、争议事项'),
      responsibility: text(5000, '各方当事人的责任'),
      terms: text(10_000, '协议内容'),
      obligations: z
        .array(
          z.strictObject({
            id: partyId('Short name'),
            party: partyId('Who owes it'),
            what: text(2000, '履行内容和方式'),
            due: day('履行期限'),
          }),
        )
        .check(z.minLength(1), z.maxLength(50), z.describe('Who does what, how and until when (人民调解法 29)')),
    }),
  response: () => CommandResult,
});

export const mark = route({
  method: 'POST',
  path: '/petitions/{number}/agreement-marks',
  actions: ['MarkAgreement'],
  tag,
  summary:
    "Record a party's signature, the mediator's signature or the committee's seal; the last one makes it effective",
  write: 'change',
  body: () =>
    z.strictObject({
      mark: partyId('A party id, "mediator" or "committee-seal"'),
      manner: z.enum(markManners).check(z.describe('签名 / 盖章 / 按指印')),
      on: day('When'),
    }),
  response: () => CommandResult,
});

export const end = route({
  method: 'POST',
  path: '/petitions/{number}/mediation-endings',
  actions: ['EndMediation'],
  tag,
  summary: 'End the mediation without (or beyond) an agreement; every other way stays open (人民调解法 26, 32)',
  write: 'change',
  body: () => z.strictObject({ reason: text(2000, 'Why') }),
  response: () => CommandResult,
});

export const performance = route({
  method: 'POST',
  path: '/petitions/{number}/performances',
  actions: ['RecordPerformance'],
  tag,
  summary: 'Record that an obligation was performed (人民调解法 31)',
  write: 'change',
  body: () =>
    z.strictObject({
      obligation: partyId('Obligation'),
      performedOn: day('When'),
      evidence: text(2000, 'What shows it'),
    }),
  response: () => CommandResult,
});

export const confirmation = route({
  method: 'POST',
  path: '/petitions/{number}/judicial-confirmations',
  actions: ['RecordConfirmationRequest'],
  tag,
  summary: 'Record the joint request for judicial confirmation (司法确认, within 30 days)',
  write: 'change',
  body: () => z.strictObject({ on: day('When requested'), court: line(100, '人民法院') }),
  response: () => CommandResult,
});

export const routes = [propose, consent, session, agreement, mark, end, performance, confirmation];
