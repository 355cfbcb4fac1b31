import * as z from 'zod/mini';
import { erasureGrounds } from '../../domain/privacy/erasure.ts';
import { keptKinds } from '../../domain/privacy/kept.ts';
import { route } from '../shared/route.ts';
import { CommandResult, documentNumber, line, text } from '../shared/schemas.ts';

const tag = 'archive 档案';
const reason = text(2000, 'Reasons');
const authority = line(200, 'Who asks for it: a court, a procuratorate, an audit');

const Hold = () => z.strictObject({ authority, reason });
const Proposal = () =>
  z.strictObject({
    ground: z.enum(erasureGrounds).check(z.describe('Its time is over, or a court or authority orders it')),
    order: z.optional(documentNumber('文号 of the order; it stays readable, so no names')),
    reason,
  });
const Decision = () =>
  z.discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('approve') }),
    z.strictObject({ decision: z.literal('return'), reason }),
  ]);

export const placeHold = route({
  method: 'POST',
  path: '/petitions/{number}/legal-holds',
  actions: ['PlaceHold'],
  tag,
  summary: 'Place a legal hold (法律保全): while it stands no personal data is erased',
  write: 'change',
  body: () => Hold(),
  response: () => CommandResult,
});

export const liftHold = route({
  method: 'POST',
  path: '/petitions/{number}/legal-holds/{hold}/lifting',
  actions: ['LiftHold'],
  tag,
  summary: 'Lift a legal hold',
  write: 'change',
  body: () => Hold(),
  response: () => CommandResult,
});

export const proposeErasure = route({
  method: 'POST',
  path: '/petitions/{number}/erasure-proposals',
  actions: ['ProposeErasure'],
  tag,
  summary: 'Propose to erase the personal data of a matter that has ended (PIPL Art. 47)',
  write: 'change',
  body: () => Proposal(),
  response: () => CommandResult,
});

export const decideErasure = route({
  method: 'POST',
  path: '/petitions/{number}/erasure-decisions',
  actions: ['ApproveErasure', 'ReturnErasure'],
  tag,
  summary: 'Decide a proposed erasure: approving destroys the key, for good',
  write: 'change',
  body: () => Decision(),
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
    'Visits, the need, what centres wrote and the whistles are erased with the petition, each in a transaction of its own: without `erasedOn` one of an erased petition still waits, minutes at most. Parts of a split petition have a time and two ' +
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

const things =
  `By name: ${keptKinds.map((kind) => `\`${kind}.<number>\``).join(', ')}, where a visit's is \`visit.<session>.<visit>\` and a booking's \`booking.<session>.<number>\`. ` +
  'What became a petition or was for one is kept and erased with that.';

export const kept = route({
  method: 'GET',
  path: '/kept/{thing}',
  actions: ['ReadKeeping'],
  tag,
  summary: 'What stands in the way of erasing what is no petition: its end and time, legal holds, a proposal',
  description: things,
  response: () =>
    z.object({
      number: z.string(),
      unit: z.string(),
      endedOn: z.optional(z.string()),
      until: z.optional(z.string().check(z.describe('Absent: it has not ended, or is kept for good'))),
      holds: z.array(z.object({ hold: z.int(), placedOn: z.string(), liftedOn: z.optional(z.string()) })),
      proposal: z.optional(
        z.object({
          ground: z.enum(erasureGrounds),
          order: z.optional(z.string()),
          by: z.string(),
          basis: z.string(),
        }),
      ),
      erasedOn: z.optional(z.string()),
      version: z.int().check(z.describe('0 while nothing has been done about its keeping')),
    }),
});

export const holdThing = route({
  method: 'POST',
  path: '/kept/{thing}/legal-holds',
  actions: ['PlaceHold'],
  tag,
  summary: 'Place a legal hold (法律保全) on what is no petition',
  description: things,
  write: 'change',
  body: () => Hold(),
  response: () => CommandResult,
});

export const liftThingsHold = route({
  method: 'POST',
  path: '/kept/{thing}/legal-holds/{hold}/lifting',
  actions: ['LiftHold'],
  tag,
  summary: 'Lift a legal hold on what is no petition',
  write: 'change',
  body: () => Hold(),
  response: () => CommandResult,
});

export const proposeThingsErasure = route({
  method: 'POST',
  path: '/kept/{thing}/erasure-proposals',
  actions: ['ProposeErasure'],
  tag,
  summary: 'Propose to erase what was written of something that is over and is no petition (PIPL Art. 47)',
  description: things,
  write: 'change',
  body: () => Proposal(),
  response: () => CommandResult,
});

export const decideThingsErasure = route({
  method: 'POST',
  path: '/kept/{thing}/erasure-decisions',
  actions: ['ApproveErasure', 'ReturnErasure'],
  tag,
  summary: 'Decide the proposed erasure of what is no petition: approving destroys its key, for good',
  write: 'change',
  body: () => Decision(),
  response: () => CommandResult,
});

export const routes = [
  placeHold,
  liftHold,
  proposeErasure,
  decideErasure,
  linked,
  kept,
  holdThing,
  liftThingsHold,
  proposeThingsErasure,
  decideThingsErasure,
];
