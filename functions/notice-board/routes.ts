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

export const disclosureFile = route({
  method: 'GET',
  path: '/public/assemblies/{assembly}/disclosures/{disclosure}',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary:
    'The address from which a disclosed document is saved, once it has been checked and scanned, until its assembly is erased',
  response: () =>
    z.object({
      url: z.string().check(z.describe('Saves the file; good for a few minutes')),
      expiresAt: z.string(),
      size: z.int(),
      mediaType: z.string(),
      sha256: z.string().check(z.describe('As in the record: compare it with what you got')),
      scanned: z.boolean(),
    }),
});

export const receptionDays = route({
  method: 'GET',
  path: '/public/reception-days',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary: 'When and where leaders receive (领导接访公示, Art. 18): name, post, portfolio, form, place and time',
  description:
    'Of the leaders of a unit, from a day on. Says who stands in for whom and what was moved or cancelled; nothing of who comes.',
  query: () =>
    z.strictObject({
      unit: unitId('The unit, or an office of it'),
      from: z.optional(day('From this day on; today when absent')),
      limit,
      cursor,
    }),
  response: () => z.extend(page(Any), { unitName: z.optional(z.string()) }),
});

export const receptionDay = route({
  method: 'GET',
  path: '/public/reception-days/{id}',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary: 'One published reception day, and how many places can still be booked (预约)',
  response: () => Any,
});

export const centres = route({
  method: 'GET',
  path: '/public/centres',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary: 'Where the centres (综治中心) of an area are, when they are open, and what their windows take in (Art. 18)',
  description: 'Of a unit and those below it, unit by unit. Who works there is not named.',
  query: () => z.strictObject({ unit: unitId('The unit'), limit, cursor }),
  response: () => page(Any),
});

export const routes = [assemblies, assembly, disclosureFile, receptionDays, receptionDay, centres];
