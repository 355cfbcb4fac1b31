import * as z from 'zod/mini';
import { tableTypes } from '../../domain/imports/import.ts';
import { importKinds } from '../../domain/imports/templates.ts';
import { route } from '../shared/route.ts';
import { Any, CommandResult, cursor, day, fileName, identifier, limit, page, text, unitId } from '../shared/schemas.ts';

const tag = 'imports 导入';

export const csvType = 'text/csv; charset=utf-8';
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const format = (description: string) =>
  z._default(z.enum(['csv', 'xlsx']).check(z.meta({ description, maxLength: 4 })), 'xlsx');

export const templates = route({
  method: 'GET',
  path: '/import-templates',
  actions: ['ReadReferenceData'],
  tag,
  summary: 'What can be imported, and which columns each table has',
  response: () => z.object({ items: z.array(Any) }),
});

export const template = route({
  method: 'GET',
  path: '/import-templates/{kind}',
  actions: ['ReadReferenceData'],
  tag,
  summary: 'An empty table to fill in: the header, and on a second sheet what goes into each column',
  query: () => z.strictObject({ format: format('A CSV has the header alone') }),
  response: { files: [csvType, xlsxType] },
});

/** A form to send as multipart/form-data, with the file as its last field `file`; absent when its time is over. */
const Declared = () =>
  z.object({
    ...CommandResult.shape,
    upload: z.optional(z.object({ url: z.string(), fields: z.record(z.string(), z.string()), expiresAt: z.string() })),
  });

export const declare = route({
  method: 'POST',
  path: '/imports',
  actions: ['DeclareImport'],
  tag,
  summary: 'Declare a table to import; the answer has the form by which exactly this file can be uploaded',
  description:
    'Once the file is there it is looked through, and nothing is written (试导入). What is wrong is listed by line and column; ' +
    'somebody else then confirms what is written. Repeat the request with the same Idempotency-Key for a fresh form.',
  write: 'create',
  status: 201,
  body: () =>
    z.strictObject({
      kind: z.enum(importKinds).check(z.describe('组织机构 / 人员任职 / 工作日历 / 内容分类 / 旧台账')),
      unit: z.optional(unitId('Whose ledger it is, or in whose area units and posts lie; mine when absent')),
      ledger: z.optional(
        identifier(
          /^[\w\u4E00-\u9FFF〔〕()（）.-]{1,60}$/,
          60,
          'A name without blanks',
          'For a ledger: its name (如 2019年来信来访台账). With its unit and the number of a row it is what a matter is known by',
        ),
      ),
      fileName: fileName(255, 'As the file is called'),
      mediaType: z.enum(tableTypes).check(z.describe('CSV or XLSX')),
      size: z.int().check(z.gte(1), z.lte(1_000_000_000), z.describe('Bytes; the limit is configured')),
      sha256: identifier(/^[0-9a-f]{64}$/, 64, '64 hex digits', 'Of the file'),
    }),
  response: Declared,
});

export const list = route({
  method: 'GET',
  path: '/imports',
  actions: ['ReadImports'],
  tag,
  summary: 'Imports of a unit, oldest first',
  query: () => z.strictObject({ unit: z.optional(unitId('Mine when absent')), limit, cursor }),
  response: () => page(Any),
});

export const one = route({
  method: 'GET',
  path: '/imports/{import}',
  actions: ['ReadImports'],
  tag,
  summary:
    'How far an import has come: state, what it waits for (`waitingFor`), rows done, good, present already and bad',
  response: () => Any,
});

export const errors = route({
  method: 'GET',
  path: '/imports/{import}/errors',
  actions: ['ReadImports'],
  tag,
  summary: 'What is wrong with rows, by line and column; never what stands in them',
  description: 'With `ready: false` the file has not been looked through yet: then an empty list says nothing.',
  query: () => z.strictObject({ limit, cursor }),
  response: () =>
    page(
      z.object({
        line: z.int().check(z.describe('In the file, from 1')),
        column: z.optional(z.string().check(z.describe('As the template heads it; absent: the row as a whole'))),
        code: z.string(),
        message: z.string(),
        messageZh: z.string(),
      }),
    ),
});

export const errorFile = route({
  method: 'GET',
  path: '/imports/{import}/error-file',
  actions: ['ReadImports'],
  tag,
  summary: 'The same as a CSV, to go through beside the table; at most 20,000 errors, the first ones',
  response: { files: [csvType] },
});

export const confirm = route({
  method: 'POST',
  path: '/imports/{import}/confirmations',
  actions: ['ConfirmImport'],
  tag,
  summary: 'Decide that what the dry run found good is written; not by whoever brought the file',
  write: 'change',
  body: () =>
    z.strictObject({
      rows: z
        .enum(['all', 'good-only'])
        .check(z.describe('`all` only where no row is bad; `good-only` leaves the bad ones out')),
    }),
  response: () => CommandResult,
});

export const cancel = route({
  method: 'POST',
  path: '/imports/{import}/cancellations',
  actions: ['CancelImport'],
  tag,
  summary: 'Give up an import before it is confirmed; its file goes',
  write: 'change',
  body: () => z.strictObject({ reason: text(1000, 'Why') }),
  response: () => CommandResult,
});

export const posts = route({
  method: 'GET',
  path: '/posts',
  actions: ['ReadPosts'],
  tag,
  summary: 'Who is in which post of a unit on a day',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent')),
      on: z.optional(day('Today when absent')),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

export const routes = [templates, template, declare, list, one, errors, errorFile, confirm, cancel, posts];
