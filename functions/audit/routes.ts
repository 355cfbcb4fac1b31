import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { Any, cursor, day, limit, page, unitId } from '../shared/schemas.ts';

const tag = 'audit 审计';

export const history = route({
  method: 'GET',
  path: '/petitions/{number}/history',
  actions: ['ReadHistory'],
  tag,
  summary: 'Every fact of a petition, in order, with its actor and hash; numbers of persons masked',
  query: () => z.strictObject({ limit, cursor }),
  response: () => page(Any),
});

export const replay = route({
  method: 'GET',
  path: '/petitions/{number}/replay',
  actions: ['ReadHistory'],
  tag,
  summary: 'Replay the history: is the chain whole, and does it give the stored state?',
  response: () =>
    z.object({
      number: z.string(),
      version: z.int(),
      events: z.int(),
      chainWhole: z.boolean(),
      fault: z.optional(Any),
      stateEqual: z.boolean(),
      stored: Any,
      replayed: Any,
    }),
});

export const exportHistory = route({
  method: 'GET',
  path: '/petitions/{number}/export',
  actions: ['ExportHistory'],
  tag,
  summary: 'The history as it is stored, for `npm run verify` (docs/record.md)',
  description: 'Unmasked, since the hashes cover every character; for auditors only.',
  response: () => Any,
});

export const unitDay = route({
  method: 'GET',
  path: '/history',
  actions: ['ReadUnitDay'],
  tag,
  summary: 'What one unit did on one day, oldest first',
  query: () => z.strictObject({ unit: unitId('Unit'), day: day('Day (Asia/Shanghai)'), limit, cursor }),
  response: () => page(Any),
});

export const routes = [history, replay, exportHistory, unitDay];
