import * as z from 'zod/mini';
import { briefingContents } from '../../domain/briefing/briefing.ts';
import { route } from '../shared/route.ts';
import { Any, CommandResult, cursor, day, documentNumber, limit, line, page, unitId } from '../shared/schemas.ts';

const tag = 'briefings 向巡视巡察机构提供情况';

export const give = route({
  method: 'POST',
  path: '/briefings',
  actions: ['GiveBriefing'],
  tag,
  summary: 'Record that your office told an inspection body (巡视巡察机构) something (Art. 41)',
  description:
    'That it did, when and of what kind: what it said is in the paper that it gave and nowhere here. No limit runs; no rule sets one.',
  write: 'create',
  body: () =>
    z.strictObject({
      body: line(100, '巡视巡察机构名称'),
      inspected: unitId('被巡视巡察的地区、单位'),
      contents: z
        .array(z.enum(briefingContents))
        .check(z.minLength(1), z.maxLength(briefingContents.length), z.describe('提供情况的类别（第四十一条）')),
      order: z.optional(documentNumber('文号')),
      givenOn: day('提供日期'),
    }),
  response: () => CommandResult,
  status: 201,
});

export const outcome = route({
  method: 'POST',
  path: '/briefings/{briefing}/outcome',
  actions: ['NoteBriefingOutcome'],
  tag,
  summary: 'Note whether the inspection body took it up, where that is known',
  write: 'change',
  body: () =>
    z.strictObject({
      adopted: z.boolean(),
      on: day('Since when that is known'),
      order: z.optional(documentNumber('Number of its answer')),
    }),
  response: () => CommandResult,
});

export const briefing = route({
  method: 'GET',
  path: '/briefings/{briefing}',
  actions: ['ReadBriefings'],
  tag,
  summary: 'One briefing of your office',
  response: () => Any,
});

export const briefings = route({
  method: 'GET',
  path: '/briefings',
  actions: ['ReadBriefings'],
  tag,
  summary: 'What your office told inspection bodies, from a day on',
  description: 'Of the office that gave them alone: whom they are about may sit in the same house or above.',
  query: () => z.strictObject({ from: z.optional(day('Given from this day on')), limit, cursor }),
  response: () => page(Any),
});

export const routes = [give, outcome, briefings, briefing];
