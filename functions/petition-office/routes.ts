import * as z from 'zod/mini';
import { resolutionEvidence } from '../../domain/petition/closing.ts';
import { purposes } from '../../domain/petition/state.ts';
import { route } from '../shared/route.ts';
import { CommandResult, text, unitId } from '../shared/schemas.ts';

const tag = 'petition office 信访部门';
const reason = text(2000, 'Reasons');

export const routePetition = route({
  method: 'POST',
  path: '/petitions/{number}/routing',
  tag,
  summary: 'Classify and route (分类、转送交办; Art. 22, 29–31)',
  description:
    'An appeal (申诉求决) names its path of Art. 31. An accusation (检举控告) goes to the discipline organ and is sealed: nobody else sees it from then on.',
  write: 'change',
  body: z.strictObject({
    purpose: z.enum(purposes),
    path: z.optional(z.literal([1, 2, 3, 4, 5, 6]).check(z.describe('Art. 31 (1) to (6), for appeals'))),
    category: z.string().check(z.regex(/^\d{2,6}$/, 'A category code'), z.describe('内容分类, see GET /categories')),
    disposition: z
      .enum(['forward', 'hand-over', 'own'])
      .check(z.describe('转送, 交办, or handled by the registering unit')),
    competentUnit: unitId('有权处理的机关'),
  }),
  response: CommandResult,
});

export const decideObjection = route({
  method: 'POST',
  path: '/petitions/{number}/objection-decisions',
  tag,
  summary: "Decide on an organ's objection (Art. 23)",
  write: 'change',
  body: z.strictObject({ agreed: z.boolean(), reason }),
  response: CommandResult,
});

export const decideClosing = route({
  method: 'POST',
  path: '/petitions/{number}/closing-decisions',
  tag,
  summary: 'Confirm the closing (办结) as the second person, or send it back',
  write: 'change',
  body: z.discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('confirm') }),
    z.strictObject({ decision: z.literal('return'), reason }),
  ]),
  response: CommandResult,
});

export const confirmResolved = route({
  method: 'POST',
  path: '/petitions/{number}/resolutions',
  tag,
  summary: 'Record that the dispute is resolved (化解), with evidence; independent of closing',
  write: 'change',
  body: z.strictObject({ evidence: z.enum(resolutionEvidence), account: text(5000, 'What shows it') }),
  response: CommandResult,
});

export const routes = [routePetition, decideObjection, decideClosing, confirmResolved];
