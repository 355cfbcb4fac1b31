import * as z from 'zod/mini';
import { reopeningGrounds } from '../../domain/petition/reopening.ts';
import { route } from '../shared/route.ts';
import { CommandResult, day, line, text, unitId } from '../shared/schemas.ts';

const tag = 'leaders 领导';
const reason = text(2000, 'Reasons');

export const decideAssignment = route({
  method: 'POST',
  path: '/petitions/{number}/assignment-decisions',
  actions: ['ReturnAssignment', 'ApproveAssignment'],
  tag,
  summary: 'Approve or return the proposed assignment (批示交办)',
  description: 'By a leader who neither proposed it nor is recused.',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('approve'), note: z.optional(text(2000, '批示')) }),
      z.strictObject({ decision: z.literal('return'), reason }),
    ]),
  response: () => CommandResult,
});

export const decideOpinion = route({
  method: 'POST',
  path: '/petitions/{number}/opinion-decisions',
  actions: ['ReturnOpinion', 'ApproveOpinion'],
  tag,
  summary: 'Approve or return the drafted opinion (签发处理意见)',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('approve') }),
      z.strictObject({ decision: z.literal('return'), reason }),
    ]),
  response: () => CommandResult,
});

export const decideExtension = route({
  method: 'POST',
  path: '/petitions/{number}/extension-decisions',
  actions: ['DecideExtension'],
  tag,
  summary: 'Approve or reject the extension of the handling limit (Art. 34), before it is due',
  write: 'change',
  body: () => z.strictObject({ approved: z.boolean(), reason }),
  response: () => CommandResult,
});

export const suspend = route({
  method: 'POST',
  path: '/petitions/{number}/suspensions',
  actions: ['SuspendHandling'],
  tag,
  summary:
    'Leave days out of the handling limit on a ground that a configured local rule names; the Regulation itself knows none',
  write: 'change',
  body: () =>
    z.strictObject({
      ground: line(100, 'Configured ground'),
      from: day('First day left out'),
      to: day('Last day left out'),
      reason,
    }),
  response: () => CommandResult,
});

export const decideRefusal = route({
  method: 'POST',
  path: '/petitions/{number}/refusal-decisions',
  actions: ['ReturnRefusal', 'ApproveRefusal'],
  tag,
  summary: 'Approve or return a proposal not to accept (不予受理、不再受理), as somebody else than who proposed it',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('approve') }),
      z.strictObject({ decision: z.literal('return'), reason }),
    ]),
  response: () => CommandResult,
});

export const decideDispute = route({
  method: 'POST',
  path: '/petitions/{number}/dispute-decisions',
  actions: ['DecideDispute'],
  tag,
  summary: 'Decide a dispute over competence (Art. 24); the decision names the organ and binds',
  description:
    'By the lowest common superior of the organs; without one by the office that stands for the joint meeting.',
  write: 'change',
  body: () => z.strictObject({ competentUnit: unitId('有权处理的机关'), reason }),
  response: () => CommandResult,
});

export const designateSuccessor = route({
  method: 'POST',
  path: '/petitions/{number}/successor-designations',
  actions: ['DesignateSuccessor'],
  tag,
  summary: 'Designate who takes over from an abolished unit without a clear successor (Art. 24)',
  write: 'change',
  body: () => z.strictObject({ successor: unitId('Designated unit'), reason }),
  response: () => CommandResult,
});

export const instruct = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/instruction',
  actions: ['IssueInstruction'],
  tag,
  summary: "The receiving leader's instruction (接访批示), or: solved on the spot",
  write: 'change',
  body: () =>
    z.strictObject({
      instruction: text(5000, '批示'),
      solvedOnTheSpot: z.boolean(),
      responsibleUnit: z.optional(unitId('Follows it up')),
      due: z.optional(day('Until when; configured days from now when absent')),
    }),
  response: () => CommandResult,
});

export const confirmReception = route({
  method: 'POST',
  path: '/reception-sessions/{id}/confirmation',
  actions: ['ConfirmReception'],
  tag,
  summary: 'I receive on this day (确认接访): from then on it is public',
  description: 'Of a day for which somebody named a leader who is in no rota and no post that the unit has recorded.',
  write: 'change',
  body: () => z.strictObject({}),
  response: () => CommandResult,
});

export const decideCommitment = route({
  method: 'POST',
  path: '/reception-sessions/{id}/visits/{visit}/result-decisions',
  actions: ['ReturnCommitment', 'ConfirmCommitment'],
  tag,
  summary: 'Confirm that what was instructed is done (批示落实), or send the result back with another day',
  description: 'By a leader who did not record the result himself.',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('confirm') }),
      z.strictObject({ decision: z.literal('return'), reason, due: day('Until when it is done again') }),
    ]),
  response: () => CommandResult,
});

export const reopen = route({
  method: 'POST',
  path: '/petitions/{number}/reopenings',
  actions: ['ReopenPetition'],
  tag,
  summary:
    'Reopen a wrong closure (重新办理), by the organ itself or its superior: 60 days anew, the old opinion stays',
  write: 'change',
  body: () => z.strictObject({ ground: z.enum(reopeningGrounds), reason: text(5000, 'What was wrong') }),
  response: () => CommandResult,
});

export const routes = [
  reopen,
  decideAssignment,
  decideOpinion,
  decideExtension,
  suspend,
  decideRefusal,
  decideDispute,
  designateSuccessor,
  instruct,
  confirmReception,
  decideCommitment,
];
