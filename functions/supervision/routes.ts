import * as z from 'zod/mini';
import { proposalKinds, supervisionGrounds } from '../../domain/petition/supervision.ts';
import { route } from '../shared/route.ts';
import { account, CommandResult, day, officerId, text, unitId } from '../shared/schemas.ts';

const tag = 'supervision 督办';

export const open = route({
  method: 'POST',
  path: '/petitions/{number}/supervisions',
  actions: ['OpenSupervision'],
  tag,
  summary: 'Open supervision of a unit on a ground of Art. 40',
  description: 'A missed limit of the law opens it by itself. Never by the unit that is supervised.',
  write: 'change',
  body: () =>
    z.strictObject({
      ground: z.enum(supervisionGrounds),
      against: unitId('被督办单位'),
      reason: text(5000, '督办事由'),
    }),
  response: () => CommandResult,
});

export const propose = route({
  method: 'POST',
  path: '/petitions/{number}/supervisions/{supervision}/proposals',
  actions: ['ProposeMeasure'],
  tag,
  summary: 'Propose to improve the work, to improve the policy, or to hold somebody responsible (三项建议, Art. 40)',
  write: 'change',
  body: () => z.strictObject({ kind: z.enum(proposalKinds), addressee: unitId('To whom'), text: text(5000, '建议') }),
  response: () => CommandResult,
});

export const feedback = route({
  method: 'POST',
  path: '/petitions/{number}/supervisions/{supervision}/feedback',
  actions: ['GiveFeedback'],
  tag,
  summary: 'Written feedback on what has been adopted (Art. 40)',
  description: 'By the supervised unit; on a proposal, by whomever it was made to.',
  write: 'change',
  body: () =>
    z.strictObject({
      proposal: z.optional(
        z.int().check(z.gte(1), z.lte(99_999), z.describe('Number of the proposal, if on this one alone')),
      ),
      adopted: z.boolean(),
      text: text(5000, '书面反馈'),
    }),
  response: () => CommandResult,
});

export const close = route({
  method: 'POST',
  path: '/petitions/{number}/supervisions/{supervision}/closing',
  actions: ['CloseSupervision'],
  tag,
  summary: 'Close the supervision, by another person than who opened it',
  write: 'change',
  body: () => z.strictObject({ finding: text(5000, '督办结论') }),
  response: () => CommandResult,
});

export const qualityCheck = route({
  method: 'POST',
  path: '/petitions/{number}/quality-checks',
  actions: ['RecordQualityCheck'],
  tag,
  summary: 'Record the check of the work (回访) that a low rating has opened; it is no rehearing',
  write: 'change',
  body: () => z.strictObject({ finding: text(5000, '回访结果') }),
  response: () => CommandResult,
});

export const emergencyAccess = route({
  method: 'POST',
  path: '/petitions/{number}/emergency-access',
  actions: ['UseEmergencyAccess'],
  tag,
  summary:
    'Read, in an emergency and for a configured time, a matter of the same tree that does not concern you (应急查阅)',
  description:
    'To read, not to act. Recorded, and put at once before the office that supervises the case, which reviews it. Never into a sealed accusation, never for who is recused. You know no version yet: none is asked for.',
  write: 'create',
  body: () => z.strictObject({ reason: account(2000, 'Why it cannot wait') }),
  response: () => CommandResult,
});

export const reviewEmergencyAccess = route({
  method: 'POST',
  path: '/petitions/{number}/emergency-access/{access}/review',
  actions: ['ReviewEmergencyAccess'],
  tag,
  summary: 'Review an emergency access: was it justified?',
  write: 'change',
  body: () => z.strictObject({ justified: z.boolean(), remark: text(2000, 'Remark') }),
  response: () => CommandResult,
});

/** The post of somebody who would have to approve. */
const Post = z.strictObject({ unit: unitId('His unit'), role: z.enum(['leader', 'head']) });

export const declareRecusal = route({
  method: 'POST',
  path: '/petitions/{number}/recusals',
  actions: ['DeclareRecusal'],
  tag: 'recusal 回避',
  summary: 'Declare an officer recused for direct interest (回避, Art. 28)',
  description: 'Name his post where he alone would have to approve: from then on somebody above stands in.',
  write: 'change',
  body: () =>
    z.strictObject({
      officer: officerId('The officer with the interest'),
      interest: text(1000, 'What interest'),
      post: z.optional(Post),
    }),
  response: () => CommandResult,
});

export const proposeRecusal = route({
  method: 'POST',
  path: '/petitions/{number}/recusal-proposals',
  actions: ['ProposeRecusal'],
  tag: 'recusal 回避',
  summary: 'Propose that an officer withdraws for direct interest (申请回避, Art. 28)',
  description:
    'By any officer concerned. The office in charge, or the one above it, decides within the configured days.',
  write: 'change',
  body: () =>
    z.strictObject({ officer: officerId('The officer with the interest'), interest: text(1000, 'What interest') }),
  response: () => CommandResult,
});

export const decideRecusal = route({
  method: 'POST',
  path: '/petitions/{number}/recusal-proposals/{proposal}/decision',
  actions: ['DecideRecusal'],
  tag: 'recusal 回避',
  summary: 'Decide on a proposed recusal, with reasons that whoever proposed it reads',
  description:
    'Neither by whoever proposed it nor by the officer himself. A petitioner names a person; name the officer.',
  write: 'change',
  body: () =>
    z.strictObject({
      officer: officerId('Whom it is about'),
      granted: z.boolean(),
      reason: text(2000, 'Reasons'),
      post: z.optional(Post),
    }),
  response: () => CommandResult,
});

export const liftRecusal = route({
  method: 'POST',
  path: '/petitions/{number}/recusal-liftings',
  actions: ['LiftRecusal'],
  tag: 'recusal 回避',
  summary: 'Lift a recusal that was declared without ground',
  write: 'change',
  body: () =>
    z.strictObject({ officer: officerId('The officer'), reason: text(1000, 'Why there is no direct interest') }),
  response: () => CommandResult,
});

export const urgeCommitment = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/urgings',
  actions: ['UrgeCommitment'],
  tag,
  summary: "Supervise a unit that is late with a leader's instruction (督办), and set another day",
  description: 'The day that was missed stays on record. Never by the unit itself.',
  write: 'change',
  body: () => z.strictObject({ text: text(2000, '督办意见'), due: day('Until when now') }),
  response: () => CommandResult,
});

export const routes = [
  urgeCommitment,
  open,
  propose,
  feedback,
  close,
  qualityCheck,
  emergencyAccess,
  reviewEmergencyAccess,
  declareRecusal,
  proposeRecusal,
  decideRecusal,
  liftRecusal,
];
