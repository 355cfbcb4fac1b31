import * as z from 'zod/mini';
import { satisfactions } from '../../domain/petition/state.ts';
import { route } from '../shared/route.ts';
import { Any, CommandResult, credentials, ReviewRequest, text } from '../shared/schemas.ts';

const tag = 'petitioner 信访人';

export const follow = route({
  method: 'POST',
  path: '/portal/petition',
  actions: ['FollowOwnPetition'],
  public: true,
  tag,
  summary: 'Follow your own petition by number and query code (查询)',
  description: 'By POST, so that the code stands in no address and no log.',
  body: () => z.strictObject(credentials),
  response: () => Any,
});

export const rate = route({
  method: 'POST',
  path: '/portal/ratings',
  actions: ['RatePetition'],
  public: true,
  tag,
  summary: 'Rate the petition office and the handling organ (评价)',
  write: 'petitioner',
  body: () =>
    z.strictObject({
      ...credentials,
      petitionOffice: z.enum(satisfactions),
      organ: z.enum(satisfactions),
      comment: z.optional(text(1000, 'In your own words')),
    }),
  response: () => CommandResult,
});

export const declineReview = route({
  method: 'POST',
  path: '/portal/review-declinations',
  actions: ['DeclineReview'],
  public: true,
  tag,
  summary: 'Say that you want no review now; you can still ask for one until the limit',
  description: 'Nobody else can say this for you, and nobody may ask you to.',
  write: 'petitioner',
  body: () => z.strictObject(credentials),
  response: () => CommandResult,
});

export const requestReview = route({
  method: 'POST',
  path: '/portal/review-requests',
  actions: ['RequestReview'],
  public: true,
  tag,
  summary: 'Ask for review (复查) or recheck (复核) within 30 days of service',
  write: 'petitioner',
  body: () => z.strictObject({ ...credentials, grounds: text(5000, '事实和理由'), ...ReviewRequest }),
  response: () => CommandResult,
});

export const requestWithdrawal = route({
  method: 'POST',
  path: '/portal/withdrawal-requests',
  actions: ['RequestWithdrawal'],
  public: true,
  tag,
  summary: 'Withdraw your petition (撤回); the petition office decides whether to consent',
  description:
    'Only you can, and nobody may ask you to. An accusation goes on without its author. You can bring the same matter again.',
  write: 'petitioner',
  body: () => z.strictObject({ ...credentials, reason: text(2000, 'Why') }),
  response: () => CommandResult,
});

export const retractWithdrawal = route({
  method: 'POST',
  path: '/portal/withdrawal-retractions',
  actions: ['RetractWithdrawal'],
  public: true,
  tag,
  summary: 'Take a withdrawal back, as long as nobody has consented',
  write: 'petitioner',
  body: () => z.strictObject(credentials),
  response: () => CommandResult,
});

export const proposeRecusal = route({
  method: 'POST',
  path: '/portal/recusal-proposals',
  actions: ['ProposeRecusal'],
  public: true,
  tag,
  summary: 'Ask that somebody with a direct interest withdraws from your matter (申请回避, Art. 28)',
  description: 'The petition office decides within days; you read the decision and its reasons here.',
  write: 'petitioner',
  body: () =>
    z.strictObject({
      ...credentials,
      whom: text(200, 'Name or post of the person'),
      interest: text(1000, 'What interest'),
    }),
  response: () => CommandResult,
});

export const escalate = route({
  method: 'POST',
  path: '/portal/escalations',
  actions: ['EscalateUp'],
  public: true,
  tag,
  summary: 'Have your matter go up from the centre that works on it to the next higher one (上报)',
  description:
    'At any time, also what was called settled. It is not refused, nobody counts it, and no limit or right of yours changes. Where no centre has your matter, follow it here: it is with the organ that stands there.',
  write: 'petitioner',
  body: () =>
    z.strictObject({
      ...credentials,
      reason: z.optional(text(1000, 'Why, if you like; no identity or telephone numbers')),
    }),
  response: () => CommandResult,
});

export const routes = [
  follow,
  rate,
  declineReview,
  requestReview,
  requestWithdrawal,
  retractWithdrawal,
  proposeRecusal,
  escalate,
];
