import * as z from 'zod/mini';
import { type RefusalGround, refusalGrounds, urgentAddressees } from '../../domain/petition/intake-state.ts';
import { resolutionEvidence } from '../../domain/petition/resolution-evidence.ts';
import { purposes } from '../../domain/petition/state.ts';
import { route } from '../shared/route.ts';
import { CommandResult, categoryCode, day, instant, line, petitionNumber, text, unitId } from '../shared/schemas.ts';

const tag = 'petition office 信访部门';
const reason = text(2000, 'Reasons');

export const routePetition = route({
  method: 'POST',
  path: '/petitions/{number}/routing',
  actions: ['RoutePetition'],
  tag,
  summary: 'Classify and route (分类、转送交办; Art. 22, 29–31)',
  description:
    'An appeal (申诉求决) names its path of Art. 31. An accusation (检举控告) goes to the discipline organ, or to another competent organ that is neither the accused nor near it, and is sealed: nobody else sees it from then on.',
  write: 'change',
  body: () =>
    z.strictObject({
      purpose: z.enum(purposes),
      path: z.optional(z.literal([1, 2, 3, 4, 5, 6]).check(z.describe('Art. 31 (1) to (6), for appeals'))),
      category: categoryCode('内容分类, see GET /categories'),
      disposition: z
        .enum(['forward', 'hand-over', 'own'])
        .check(z.describe('转送, 交办, or handled by the registering unit')),
      competentUnit: unitId('有权处理的机关'),
      accusedUnits: z.optional(
        z
          .array(unitId('被检举控告的单位'))
          .check(z.maxLength(20), z.describe('For an accusation to another organ than the discipline organ')),
      ),
      reportDue: z.optional(day('交办: last day for the report on the result (办结报告)')),
    }),
  response: () => CommandResult,
});

export const decideObjection = route({
  method: 'POST',
  path: '/petitions/{number}/objection-decisions',
  actions: ['DecideObjection'],
  tag,
  summary: "Decide on an organ's objection (Art. 23)",
  write: 'change',
  body: () => z.strictObject({ agreed: z.boolean(), reason }),
  response: () => CommandResult,
});

export const decideClosing = route({
  method: 'POST',
  path: '/petitions/{number}/closing-decisions',
  actions: ['ConfirmClosing', 'ReturnClosing'],
  tag,
  summary: 'Confirm the closing (办结) as the second person, or send it back',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('confirm') }),
      z.strictObject({ decision: z.literal('return'), reason }),
    ]),
  response: () => CommandResult,
});

export const confirmResolved = route({
  method: 'POST',
  path: '/petitions/{number}/resolutions',
  actions: ['ConfirmResolved'],
  tag,
  summary: 'Record that the dispute is resolved (化解), with evidence; independent of closing',
  description:
    'By nobody who registered, handled or approved any of it. A leader of the place, or of a government above it, or a petition officer; in a sponsored matter (包案) the petition office in charge or one above it, after the sponsor.',
  write: 'change',
  body: () => z.strictObject({ evidence: z.enum(resolutionEvidence), account: text(5000, 'What shows it') }),
  response: () => CommandResult,
});

export const redirect = route({
  method: 'POST',
  path: '/petitions/{number}/redirection',
  actions: ['RedirectPetition'],
  tag,
  summary: 'Tell the petitioner whom to address, when the matter is outside your system (Art. 23)',
  description:
    'For organs that are no petition office. A petition office guides only visitors with litigation-related matters (Art. 22).',
  write: 'change',
  body: () =>
    z.strictObject({
      organ: line(200, 'Whom to address'),
      reason,
      onTheSpot: z.boolean().check(z.describe('Told in writing while the petitioner was there (当场书面告知)')),
      litigation: z.optional(z.boolean().check(z.describe('涉法涉诉'))),
    }),
  response: () => CommandResult,
});

export const retriage = route({
  method: 'POST',
  path: '/petitions/{number}/retriage',
  actions: ['RetriagePetition'],
  tag,
  summary: 'Triage anew: wrong class or path. The old way is kept, the clock counts from the original receipt',
  write: 'change',
  body: () => z.strictObject({ reason }),
  response: () => CommandResult,
});

export const referDispute = route({
  method: 'POST',
  path: '/petitions/{number}/disputes',
  actions: ['ReferDispute'],
  tag,
  summary: 'Refer a dispute over competence to the common superior or the joint meeting (Art. 24)',
  write: 'change',
  body: () =>
    z.strictObject({
      organs: z.array(unitId('Organ that holds the matter is not its own')).check(z.minLength(2), z.maxLength(20)),
      account: text(5000, 'What was negotiated and where they disagree'),
    }),
  response: () => CommandResult,
});

export const moveToSuccessor = route({
  method: 'POST',
  path: '/petitions/{number}/successions',
  actions: ['MoveToSuccessor'],
  tag,
  summary: 'Move the matter from an abolished unit to its successor; every clock keeps running (Art. 24)',
  description: 'Where the successor is unclear, the government of the unit’s level is asked to designate one.',
  write: 'change',
  body: () => z.strictObject({ from: unitId('The abolished unit'), reason }),
  response: () => CommandResult,
});

export const flagUrgent = route({
  method: 'POST',
  path: '/petitions/{number}/urgent-flags',
  actions: ['FlagUrgent'],
  tag,
  summary: 'Flag the matter as major or urgent (重大、紧急, Art. 25): it is to be reported upward at once',
  write: 'change',
  body: () => z.strictObject({ reason }),
  response: () => CommandResult,
});

export const reportUrgent = route({
  method: 'POST',
  path: '/petitions/{number}/urgent-reports',
  actions: ['ReportUrgent'],
  tag,
  summary: 'Record the report of a major or urgent matter (Art. 25)',
  write: 'change',
  body: () =>
    z.strictObject({
      to: z
        .array(z.enum(urgentAddressees))
        .check(z.minLength(1), z.maxLength(4), z.describe('党委政府、联席会议办公室、上级信访部门、国家信访局')),
      reportedAt: z.optional(instant('When it was reported, if earlier than now')),
      measures: text(5000, 'Measures taken'),
    }),
  response: () => CommandResult,
});

export const proposeRefusal = route({
  method: 'POST',
  path: '/petitions/{number}/refusal-proposals',
  actions: ['ProposeRefusal'],
  tag,
  summary: 'Propose not to accept (不予受理) or no longer to accept (不再受理), on a listed ground only',
  description:
    'By whoever triages, or by the competent organ; a leader decides. Art. 19, 20, 22, 31(1), 36. The matter stays registered and counts in no assessment.',
  write: 'change',
  body: () =>
    z.strictObject({
      ground: z.enum(Object.keys(refusalGrounds) as [RefusalGround, ...RefusalGround[]]),
      reason,
      properPath: text(1000, 'Where the petitioner can turn'),
      earlier: z.optional(petitionNumber),
      competentUnit: z.optional(unitId('visit-too-high: the organ that can decide the matter')),
      termination: z.optional(text(500, 'litigation-terminated: the document that terminated the matter')),
    }),
  response: () => CommandResult,
});

export const claimNewFacts = route({
  method: 'POST',
  path: '/petitions/{number}/new-fact-claims',
  actions: ['ClaimNewFacts'],
  tag,
  summary: 'Record that the petitioner claims new facts or reasons; the competent organ judges them (Art. 36)',
  write: 'change',
  body: () => z.strictObject({ claim: text(5000, 'What is said to be new') }),
  response: () => CommandResult,
});

export const decideWithdrawal = route({
  method: 'POST',
  path: '/petitions/{number}/withdrawal-decisions',
  actions: ['DecideWithdrawal'],
  tag,
  summary: 'Consent to a withdrawal (撤回), or let the matter go on: nobody decides on what he took down himself',
  write: 'change',
  body: () => z.strictObject({ consented: z.boolean(), reason }),
  response: () => CommandResult,
});

export const decideAfterDeath = route({
  method: 'POST',
  path: '/petitions/{number}/death-decisions',
  actions: ['DecideAfterDeath'],
  tag,
  summary: 'No heirs have continued: end the matter, or go on on the facts',
  write: 'change',
  body: () =>
    z.strictObject({
      decision: z.enum(['end', 'go-on']),
      reason,
      renounced: z.optional(z.boolean().check(z.describe('All heirs have said in writing that they do not continue'))),
    }),
  response: () => CommandResult,
});

export const transfer = route({
  method: 'POST',
  path: '/petitions/{number}/transfers',
  actions: ['TransferPetition'],
  tag,
  summary: 'Jurisdiction has changed: another unit takes over the running matter, and the clock runs on (Art. 24)',
  write: 'change',
  body: () => z.strictObject({ to: unitId('Takes over'), reason }),
  response: () => CommandResult,
});

export const routes = [
  decideWithdrawal,
  decideAfterDeath,
  transfer,
  routePetition,
  decideObjection,
  decideClosing,
  confirmResolved,
  redirect,
  retriage,
  referDispute,
  moveToSuccessor,
  flagUrgent,
  reportUrgent,
  proposeRefusal,
  claimNewFacts,
];
