import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { Any, cursor, day, limit, page, unitId } from '../shared/schemas.ts';

const tag = 'notice board 公开栏';

const noNames =
  'Names nobody. No villagers’ assembly (村民会议): no quorum, no vote. Of a question that became a petition only its theme and whether it is over.';

export const assemblies = route({
  method: 'GET',
  path: '/public/assemblies',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary: 'Information assemblies (村民知情大会) of a village, from a day on',
  query: () =>
    z.strictObject({ unit: unitId('The village'), from: z.optional(day('From this day on')), limit, cursor }),
  response: () => page(Any),
});

export const assembly = route({
  method: 'GET',
  path: '/public/assemblies/{assembly}',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary: 'Notice, disclosures and, once published, minutes, questions and what became of them',
  description: noNames,
  response: () => Any,
});

export const routes = [assemblies, assembly];
