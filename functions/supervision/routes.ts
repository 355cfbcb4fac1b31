import * as z from 'zod/mini';
import { proposalKinds, supervisionGrounds } from '../../domain/petition/supervision.ts';
import { route } from '../shared/route.ts';
import { CommandResult, text, unitId } from '../shared/schemas.ts';

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

export const routes = [open, propose, feedback, close, qualityCheck];
