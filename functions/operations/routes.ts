import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { Any, cursor, day, unitId } from '../shared/schemas.ts';

const tag = 'operations 运维';

export const workflows = route({
  method: 'GET',
  path: '/operations/workflows',
  actions: ['Operate'],
  tag,
  summary:
    'Running executions per stage, and the latest that failed; a failed one loses no case, reconciliation starts it again',
  response: () => z.object({ stages: z.array(Any) }),
});

export const reconcile = route({
  method: 'POST',
  path: '/operations/reconciliations',
  actions: ['Operate'],
  tag,
  summary: 'Compare the record with the running executions now, and start what is missing',
  response: () => Any,
});

export const anchor = route({
  method: 'GET',
  path: '/operations/anchor',
  actions: ['Operate'],
  tag,
  summary: 'How the anchor stands: its last checkpoint, the size of its log, and since when a head waits for it',
  response: () =>
    z.object({ checkpoint: z.optional(Any), unfinished: z.boolean(), waitingSince: z.optional(z.string()) }),
});

export const catchUps = route({
  method: 'POST',
  path: '/operations/catch-ups',
  actions: ['Operate'],
  tag,
  summary: 'Count and anchor anew what a unit touched on a day, page by page; what is right stays as it is',
  description:
    'After dead letters of `count` or `anchor-collect`, or after settings that figures depend on have changed. ' +
    '`changed`: streams whose figures were behind; `collected`: heads that neither stood in the anchor’s log nor waited ' +
    'for it, and wait now. Harmless to repeat.',
  query: () => z.strictObject({ cursor }),
  body: () => z.strictObject({ unit: unitId('Unit'), day: day('Day (Asia/Shanghai)') }),
  response: () => z.object({ changed: z.int(), collected: z.int(), cursor: z.optional(z.string()) }),
});

export const routes = [workflows, reconcile, anchor, catchUps];
