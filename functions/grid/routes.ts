import * as z from 'zod/mini';
import { gridPosts } from '../../domain/grid/grid.ts';
import { needDomains } from '../../domain/grid/need-state.ts';
import { needStatuses } from '../../domain/grid/need-views.ts';
import { Promoted, PromotionBody } from '../shared/promotion.ts';
import { route } from '../shared/route.ts';
import {
  Any,
  CommandResult,
  cursor,
  day,
  identifier,
  limit,
  line,
  officerId,
  page,
  text,
  unitId,
} from '../shared/schemas.ts';

const tag = 'grid 网格';

const codeOf = (description: string) => identifier(/^[0-9A-Za-z-]{1,40}$/, 40, 'Letters, digits and -', description);
const code = codeOf('网格编码: one grid’s in the whole place; begin it with what the unit is called by');
const Boundary = z.strictObject({
  description: text(1000, 'In words: from where to where'),
  codes: z._default(
    z
      .array(codeOf('A code'))
      .check(z.maxLength(500), z.describe('Village groups, buildings, plots: codes that the place uses')),
    [],
  ),
});
const ordinals = (description: string) =>
  z.array(z.int().check(z.gte(1), z.lte(1000))).check(z.maxLength(100), z.describe(description));

export const defineGrid = route({
  method: 'POST',
  path: '/grids',
  actions: ['DefineGrid'],
  tag,
  summary: 'Draw a grid (划分网格) in words and codes, from a day on',
  write: 'create',
  body: () =>
    z.strictObject({
      code,
      unit: z.optional(unitId('The village or community; mine when absent')),
      name: line(100, '网格名称'),
      boundary: Boundary,
      validFrom: day('First day'),
      validTo: z.optional(day('Last day; it holds on when absent')),
    }),
  response: () => CommandResult,
  status: 201,
});

export const redrawGrid = route({
  method: 'POST',
  path: '/grids/{grid}/boundaries',
  actions: ['RedrawGrid'],
  tag,
  summary: 'Draw it otherwise from a day on (适时调整); what held until then stays as it was',
  write: 'change',
  body: () =>
    z.strictObject({
      name: z.optional(line(100, 'Another name')),
      boundary: Boundary,
      validFrom: day('First day, today or later'),
      reason: text(500, 'Why'),
    }),
  response: () => CommandResult,
});

export const closeGrid = route({
  method: 'POST',
  path: '/grids/{grid}/closing',
  actions: ['CloseGrid'],
  tag,
  summary: 'Say on which day the grid ends',
  write: 'change',
  body: () => z.strictObject({ validTo: day('Last day, today or later'), reason: text(500, 'Why') }),
  response: () => CommandResult,
});

export const appoint = route({
  method: 'POST',
  path: '/grids/{grid}/appointments',
  actions: ['AppointGridWorker'],
  tag,
  summary: 'Appoint a grid head or worker (网格长、网格员) from a day on',
  description:
    'Where the village has recorded posts (任职), a head is in one of them or of the unit above; where it has not, he is answered as `unconfirmed`.',
  write: 'change',
  body: () =>
    z.strictObject({
      officer: officerId('Who'),
      post: z.enum(gridPosts),
      from: day('First day'),
      to: z.optional(day('Last day')),
    }),
  response: () => CommandResult,
});

export const endAppointment = route({
  method: 'POST',
  path: '/grids/{grid}/appointments/{appointment}/ending',
  actions: ['EndGridAppointment'],
  tag,
  summary: 'Say on which day an appointment ends',
  write: 'change',
  body: () => z.strictObject({ to: day('Last day, yesterday or later'), reason: text(500, 'Why') }),
  response: () => CommandResult,
});

export const grids = route({
  method: 'GET',
  path: '/grids',
  actions: ['ReadGrids'],
  tag,
  summary: 'Grids of a unit',
  query: () => z.strictObject({ unit: z.optional(unitId('Mine when absent')), limit, cursor }),
  response: () => page(Any),
});

export const grid = route({
  method: 'GET',
  path: '/grids/{grid}',
  actions: ['ReadGrids'],
  tag,
  summary: 'A grid with its boundaries and appointments over time, and as it is drawn on one day',
  query: () => z.strictObject({ on: z.optional(day('Today when absent')) }),
  response: () => Any,
});

export const report = route({
  method: 'POST',
  path: '/needs',
  actions: ['ReportNeed'],
  tag,
  summary: 'Report a need (社情民意) found in the grid: what, how many, where',
  description:
    'No names, no diagnoses, no judgement of persons: there is no field for them, and identity or telephone numbers are refused. One worker reports in all seven domains. A phone without a net sends it later, with the day on which it was seen; a repeat under the same Idempotency-Key gets the first answer, and under another one is refused with the number of the first.',
  write: 'create',
  body: () =>
    z.strictObject({
      grid: code,
      domain: z.enum(needDomains),
      need: text(500, 'What is needed'),
      count: z.int().check(z.gte(1), z.lte(100_000), z.describe('Persons concerned')),
      location: line(200, 'Where'),
      reportedOn: z.optional(day('When it was seen, if earlier than today')),
    }),
  response: () => CommandResult,
  status: 201,
});

export const needs = route({
  method: 'GET',
  path: '/needs',
  actions: ['ReadNeeds'],
  tag,
  summary: 'Grid inbox: needs reported in a unit, by the day on which they were seen',
  description:
    'With `below`, of every unit below as well, one unit after the other: the inbox of a township. Such a page can be shorter than its limit; its cursor says how to go on.',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent')),
      below: z._default(z.enum(['true', 'false']).check(z.describe('Also every unit below')), 'false'),
      from: z.optional(day('Seen from this day on')),
      status: z.optional(z.enum(needStatuses)),
      missed: z.optional(z.literal('true').check(z.describe('Only those of which a service was missed'))),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

export const need = route({
  method: 'GET',
  path: '/needs/{need}',
  actions: ['ReadNeeds'],
  tag,
  summary: 'A need, the grid as it was that day, its services, and what became of it',
  response: () => Any,
});

export const resolve = route({
  method: 'POST',
  path: '/needs/{need}/resolution',
  actions: ['ResolveLocally'],
  tag,
  summary: 'The need was met on the spot (就地解决): how, and when; no petition, no limit',
  write: 'change',
  body: () => z.strictObject({ how: text(500, 'How'), resolvedOn: z.optional(day('When, if earlier than today')) }),
  response: () => CommandResult,
});

const Recurrence = z.discriminatedUnion('every', [
  z.strictObject({ every: z.enum(['day', 'working-day']) }),
  z.strictObject({
    every: z.literal('week'),
    weekdays: z
      .array(z.int().check(z.gte(1), z.lte(7)))
      .check(z.minLength(1), z.maxLength(7), z.describe('1 Monday to 7 Sunday')),
  }),
]);

export const decideServices = route({
  method: 'POST',
  path: '/needs/{need}/services',
  actions: ['DecideServices'],
  tag,
  summary: 'The village decides on recurring services (上门服务), per household by code',
  write: 'change',
  body: () =>
    z.strictObject({
      decision: text(1000, 'What was decided, and by whom'),
      decidedOn: z.optional(day('When, if earlier than today')),
      services: z
        .array(
          z.strictObject({
            household: identifier(/^[0-9A-Za-z-]{1,20}$/, 20, 'A code, no name', "Code of the village's own list"),
            what: line(100, 'e.g. 午餐送餐'),
            recurrence: Recurrence,
            from: day('First day'),
            until: day('Last day, within a year'),
          }),
        )
        .check(z.minLength(1), z.maxLength(100)),
    }),
  response: () => CommandResult,
});

export const recordServices = route({
  method: 'POST',
  path: '/needs/{need}/service-records',
  actions: ['RecordServices'],
  tag,
  summary: 'Say of one day what was done and what was not; also later, after being offline',
  description:
    'Needs no version: what is known already drops out. What nobody tells in time the sweep notes as missed.',
  write: 'create',
  body: () =>
    z.strictObject({
      day: day('Day of the service'),
      done: z._default(ordinals('Services by number'), []),
      missed: z._default(
        z
          .array(z.strictObject({ service: z.int().check(z.gte(1), z.lte(1000)), reason: line(200, 'Why; no names') }))
          .check(z.maxLength(100)),
        [],
      ),
    }),
  response: () => CommandResult,
  status: 201,
});

export const explainMissed = route({
  method: 'POST',
  path: '/needs/{need}/missed-days',
  actions: ['ExplainMissed'],
  tag,
  summary: 'The village says what it has done about a day with missed services; they stay missed',
  write: 'change',
  body: () => z.strictObject({ day: day('Which day'), account: text(500, 'Why, and what follows') }),
  response: () => CommandResult,
});

export const endServices = route({
  method: 'POST',
  path: '/needs/{need}/service-endings',
  actions: ['EndServices'],
  tag,
  summary: 'Services end earlier than was decided',
  write: 'change',
  body: () =>
    z.strictObject({
      services: ordinals('Services by number').check(z.minLength(1)),
      lastDay: day('Last day, yesterday or later'),
      reason: text(500, 'Why; no diagnosis'),
    }),
  response: () => CommandResult,
});

export const promote = route({
  method: 'POST',
  path: '/needs/{need}/promotion',
  actions: ['PromoteNeed'],
  tag,
  summary: 'Make a petition of it (转为信访事项), with the person’s consent; only now a name',
  description:
    'Registered at the petition office in charge, source `grid`. The petition names the report, the report shows what became of it.',
  write: 'change',
  body: () => PromotionBody,
  response: () => Promoted,
  status: 201,
});

export const routes = [
  defineGrid,
  redrawGrid,
  closeGrid,
  appoint,
  endAppointment,
  grids,
  grid,
  report,
  needs,
  need,
  resolve,
  decideServices,
  recordServices,
  explainMissed,
  endServices,
  promote,
];
