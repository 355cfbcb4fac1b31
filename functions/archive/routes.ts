import * as z from 'zod/mini';
import { erasureGrounds } from '../../domain/privacy/erasure.ts';
import { route } from '../shared/route.ts';
import { CommandResult, documentNumber, line, text } from '../shared/schemas.ts';

const tag = 'archive 档案';
const reason = text(2000, 'Reasons');
const authority = line(200, 'Who asks for it: a court, a procuratorate, an audit');

export const placeHold = route({
  method: 'POST',
  path: '/petitions/{number}/legal-holds',
  actions: ['PlaceHold'],
  tag,
  summary: 'Place a legal hold (法律保全): while it stands no personal data is erased',
  write: 'change',
  body: () => z.strictObject({ authority, reason }),
  response: () => CommandResult,
});

export const liftHold = route({
  method: 'POST',
  path: '/petitions/{number}/legal-holds/{hold}/lifting',
  actions: ['LiftHold'],
  tag,
  summary: 'Lift a legal hold',
  write: 'change',
  body: () => z.strictObject({ authority, reason }),
  response: () => CommandResult,
});

export const proposeErasure = route({
  method: 'POST',
  path: '/petitions/{number}/erasure-proposals',
  actions: ['ProposeErasure'],
  tag,
  summary: 'Propose to erase the personal data of a matter that has ended (PIPL Art. 47)',
  write: 'change',
  body: () =>
    z.strictObject({
      ground: z.enum(erasureGrounds).check(z.describe('Its time is over, or a court or authority orders it')),
      order: z.optional(documentNumber('文号 of the order; it stays readable, so no names')),
      reason,
    }),
  response: () => CommandResult,
});

export const decideErasure = route({
  method: 'POST',
  path: '/petitions/{number}/erasure-decisions',
  actions: ['ApproveErasure', 'ReturnErasure'],
  tag,
  summary: 'Decide a proposed erasure: approving destroys the key, for good',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('approve') }),
      z.strictObject({ decision: z.literal('return'), reason }),
    ]),
  response: () => CommandResult,
});

export const linked = route({
  method: 'GET',
  path: '/petitions/{number}/linked-records',
  actions: ['ReadLinkedRecords'],
  tag,
  summary:
    'What else holds texts about the same matter: visits, a need, a question, a place in a centre, whistles, parts; and what of it was erased',
  description:
    'Visits, the need, what centres wrote and the whistles are erased with the petition, in the same transaction. Parts of a split petition have a time and two ' +
    'persons of their own. Questions of an assembly name nobody, and stay.',
  response: () =>
    z.object({
      number: z.string(),
      erasedOn: z.optional(z.string()),
      items: z.array(
        z.object({
          kind: z.enum(['visit', 'need', 'question', 'placement', 'whistle', 'part', 'whole']),
          id: z.string(),
          item: z.optional(z.int().check(z.describe('Which visit of the session, or question of the assembly'))),
          erasedOn: z.optional(z.string().check(z.describe('Absent: it stands'))),
        }),
      ),
    }),
});

export const routes = [placeHold, liftHold, proposeErasure, decideErasure, linked];
