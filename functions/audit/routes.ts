import * as z from 'zod/mini';
import { exportPurposes } from '../../domain/export.ts';
import { streamKinds } from '../../domain/ports.ts';
import { readKinds } from '../../domain/privacy/reads.ts';
import { route } from '../shared/route.ts';
import { Any, cursor, day, instant, limit, officerId, page, petitionNumber, unitId } from '../shared/schemas.ts';

const tag = 'audit 审计';

/** One or several types of events, separated by commas. */
const types = () =>
  z.optional(
    z.pipe(
      z
        .string()
        .check(
          z.maxLength(400),
          z.regex(/^[A-Za-z]{1,60}(,[A-Za-z]{1,60}){0,19}$/, 'Types of events, separated by commas'),
        ),
      z.transform((text: string) => text.split(',')),
    ),
  );

export const history = route({
  method: 'GET',
  path: '/petitions/{number}/history',
  actions: ['ReadHistory'],
  tag,
  summary: 'Facts of a petition, in order, with their actors and hashes; persons masked',
  description: 'All of them, or those of certain types or of a period. Consistent.',
  query: () =>
    z.strictObject({
      type: types(),
      from: z.optional(day('First day (Asia/Shanghai)')),
      to: z.optional(day('Last day')),
      limit,
      cursor,
    }),
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

export const readership = route({
  method: 'GET',
  path: '/petitions/{number}/readership',
  actions: ['ReadReadership'],
  tag,
  summary: 'Who could have seen it at a moment, and who of them did, when and how often; and who else did',
  description:
    'Who could is worked out from policy and record, and from the tree of units as of that day (`tree`; of `withoutDay` of its ' +
    'units no version of the day is known, and they are taken as they were loaded last): roles of units, without the recused, with emergency accesses. Who did is ' +
    'in the history of reads, up to that moment; `others` are those whom policy and tree did not name then, and those who ' +
    'read its place in a centre (`placement`). The petitioner could at any time, by query code.',
  query: () => z.strictObject({ at: z.optional(instant('Now when absent')) }),
  response: () => Any,
});

export const reads = route({
  method: 'GET',
  path: '/petitions/{number}/reads',
  actions: ['ReadWhoRead'],
  tag,
  summary: 'Who has read personal data of a petition: what, when, in which role, and for what where it was unmasked',
  query: () => z.strictObject({ limit, cursor }),
  response: () => page(Any),
});

/** What can be asked by kind; of a unit, its lists and the exports of its history. */
export const readOf = [...readKinds, 'unit'] as const;

export const readsByKind = route({
  method: 'GET',
  path: '/reads/{kind}/{id}',
  actions: ['ReadWhoRead'],
  tag,
  summary:
    'Who has read a reception day’s visits, a need, an assembly’s questions, a whistle, a programme or a unit’s lists',
  description:
    `Kinds: ${readOf.join(', ')}. Of a unit: its lists of joint handling, and the exports of its history. Who has read a ` +
    'petition’s place in a centre stands in the petition’s own. What stands for a sealed matter is not there.',
  query: () => z.strictObject({ limit, cursor }),
  response: () => page(Any),
});

export const acts = route({
  method: 'GET',
  path: '/history',
  actions: ['ReadUnitDay'],
  tag,
  summary: 'What a unit, and the units below it, did in a period: by officer, type of event and kind of stream',
  description:
    'Day by day, in each day unit by unit, in each unit oldest first. One request does bounded work: a page may be short ' +
    'or empty and still have a cursor; the last page has none. Eventually consistent: a fact shows here a moment after it ' +
    'was recorded. Sealed matters and those from which you are recused do not show.',
  query: () =>
    z.strictObject({
      unit: unitId('Unit'),
      below: z.optional(z.enum(['true', 'false']).check(z.describe('With the units below it'))),
      from: day('First day (Asia/Shanghai)'),
      to: z.optional(day('Last day; the first when absent')),
      officer: z.optional(officerId('Who acted')),
      type: types(),
      kind: z.optional(
        z
          .enum(streamKinds.filter((kind) => kind !== 'reads'))
          .check(z.describe('Of which streams; reads have a history of their own')),
      ),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

const scopes = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('petition'), petition: petitionNumber }),
    z.strictObject({
      kind: z.literal('unit'),
      unit: unitId('Unit'),
      below: z._default(z.boolean().check(z.describe('With the units below it')), false),
      from: day('First day (Asia/Shanghai)'),
      to: day('Last day'),
    }),
    z.strictObject({ kind: z.literal('all') }),
  ]);

export const beginExport = route({
  method: 'POST',
  path: '/history-exports',
  actions: ['ExportHistory', 'ReadUnitDay'],
  tag,
  summary: 'Take out the history of a petition, of a unit’s period, or of everything in your jurisdiction',
  description:
    'Records the act and gives it a name; the pages are then read by that name. Personal data in a bundle stays closed.',
  write: 'create',
  status: 201,
  body: () =>
    z.strictObject({
      scope: scopes(),
      purpose: z.enum(exportPurposes),
      since: z.optional(
        z
          .int()
          .check(
            z.gte(1),
            z.lte(1_000_000_000),
            z.describe('Number of a checkpoint that you keep, to be proved as well'),
          ),
      ),
    }),
  response: () =>
    z.object({
      export: z.string(),
      version: z.int(),
      checkpoint: z.optional(z.int()),
      scope: Any,
      purpose: z.string(),
    }),
});

export const bundleType = 'application/x-ndjson';

export const exportPage = route({
  method: 'GET',
  path: '/history-exports/{export}',
  actions: ['ExportHistory', 'ReadUnitDay'],
  tag,
  summary: 'The next page of a bundle for `npm run verify` (docs/record.md)',
  description:
    'Lines of JSON: all pages, one after the other, are the bundle. While there is more, the header `xinfang-cursor` says ' +
    'how to go on; without it the bundle is complete. A page that was read is read again with the same cursor.',
  query: () =>
    z.strictObject({
      cursor: z.optional(z.string().check(z.maxLength(6000), z.regex(/^[\w-]*$/, 'As the page before gave it'))),
    }),
  response: { files: [bundleType] },
});

export const routes = [history, replay, readership, reads, readsByKind, acts, beginExport, exportPage];
