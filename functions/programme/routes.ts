import * as z from 'zod/mini';
import { programmeKinds } from '../../domain/programme/programme.ts';
import { route } from '../shared/route.ts';
import {
  Any,
  CommandResult,
  cursor,
  day,
  documentNumber,
  limit,
  line,
  page,
  petitionNumber,
  text,
  unitId,
} from '../shared/schemas.ts';

const tag = 'programmes 专项行动与工作机制';

const ending = z.strictObject({ to: day('Last day, yesterday or later'), reason: text(500, 'Why') });
const batch = z.int().check(z.gte(1), z.lte(1000), z.describe('Number of the batch'));
const batchInQuery = z.optional(
  z
    .string()
    .check(z.regex(/^[1-9]\d{0,3}$/, 'A number from 1'), z.meta({ description: 'Only this batch', maxLength: 4 })),
);

export const found = route({
  method: 'POST',
  path: '/programmes',
  actions: ['FoundProgramme'],
  tag,
  summary: 'Begin a campaign (专项行动, with an end) or name a mechanism (工作机制) of a unit',
  description: 'What a local programme contains is in its documents; there is no field for what nobody has published.',
  write: 'create',
  body: () =>
    z.strictObject({
      kind: z.enum(programmeKinds),
      name: line(100, 'As the place calls it'),
      unit: z.optional(unitId('Whose it is; mine when absent')),
      from: day('First day'),
      to: z.optional(day('Last day')),
      appointmentKinds: z._default(
        z.array(line(50, 'As what')).check(z.maxLength(20), z.describe('What can be appointed under it')),
        [],
      ),
    }),
  response: () => CommandResult,
  status: 201,
});

const change = <const Path extends string, const A extends string>(path: Path, action: A, summary: string) =>
  ({
    method: 'POST',
    path: `/programmes/{programme}/${path}`,
    actions: [action],
    tag,
    summary,
    write: 'change',
  }) as const;

export const attach = route({
  ...change('documents', 'AttachDocument', 'Attach a document with the days on which it is in force'),
  body: () =>
    z.strictObject({
      title: line(200, '文件名称'),
      order: z.optional(documentNumber('文号')),
      from: day('In force from'),
      to: z.optional(day('Last day in force')),
    }),
  response: () => CommandResult,
});

export const endDocument = route({
  ...change('documents/{document}/ending', 'EndDocument', 'Say on which day a document ends'),
  body: () => ending,
  response: () => CommandResult,
});

export const addBatch = route({
  ...change('batches', 'AddBatch', 'Add a batch of matters that are worked on together'),
  body: () =>
    z.strictObject({
      name: line(100, 'Name'),
      order: z.optional(documentNumber('文号 of the list')),
      due: z.optional(day('Until when its matters are to be resolved')),
    }),
  response: () => CommandResult,
});

export const appoint = route({
  ...change('appointments', 'AppointInProgramme', 'Record an appointment (聘任) of a kind that the programme names'),
  body: () =>
    z.strictObject({
      kind: line(50, 'As what'),
      person: line(50, '姓名'),
      unit: unitId('Where'),
      from: day('First day'),
      to: z.optional(day('Last day of the term')),
    }),
  response: () => CommandResult,
});

export const endAppointment = route({
  ...change('appointments/{appointment}/ending', 'EndProgrammeAppointment', 'Say on which day an appointment ends'),
  body: () => ending,
  response: () => CommandResult,
});

export const pledge = route({
  ...change('pledges', 'RecordPledge', 'Record a pledge (承诺) of whoever is to serve; nobody pledges not to petition'),
  body: () =>
    z.strictObject({
      person: line(50, '姓名'),
      unit: unitId('Where'),
      text: text(2000, '承诺内容'),
      signedOn: day('When it was signed'),
    }),
  response: () => CommandResult,
});

export const end = route({
  ...change('ending', 'EndProgramme', 'Say on which day the programme ends; its matters go on'),
  body: () => ending,
  response: () => CommandResult,
});

export const programmes = route({
  method: 'GET',
  path: '/programmes',
  actions: ['ReadProgrammes'],
  tag,
  summary: 'Campaigns and mechanisms of a unit, and of those above whose area it lies in',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent')),
      above: z.optional(z.literal('true').check(z.describe('Also those of every unit above, which hold here too'))),
      runningOn: z.optional(day('Only what holds on this day')),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

export const programme = route({
  method: 'GET',
  path: '/programmes/{programme}',
  actions: ['ReadProgrammes'],
  tag,
  summary: 'A programme with its documents and batches, what of it holds on a day, and how many serve in it',
  description: 'Each with the number by which it is ended or enrolled in.',
  query: () => z.strictObject({ on: z.optional(day('Today when absent')) }),
  response: () => Any,
});

export const appointments = route({
  method: 'GET',
  path: '/programmes/{programme}/appointments',
  actions: ['ReadProgrammes'],
  tag,
  summary: 'Who is or was appointed in a programme (聘任), each with the number by which it is ended',
  query: () => z.strictObject({ on: z.optional(day('In office on this day; today when absent')), limit, cursor }),
  response: () => page(Any),
});

export const pledges = route({
  method: 'GET',
  path: '/programmes/{programme}/pledges',
  actions: ['ReadProgrammes'],
  tag,
  summary: 'What those who are to serve have pledged (承诺)',
  query: () => z.strictObject({ limit, cursor }),
  response: () => page(Any),
});

const Progress = z.object({
  unit: z.string(),
  name: z.string(),
  batch: z.optional(z.int()),
  batchName: z.optional(z.string()),
  due: z.optional(z.string().check(z.describe('Until when the batch is to be resolved'))),
  overdue: z.optional(z.boolean().check(z.describe('That day has passed and some are not resolved'))),
  enrolled: z.int(),
  concluded: z.int().check(z.describe('办结')),
  resolved: z.int().check(z.describe('化解')),
});

export const progress = route({
  method: 'GET',
  path: '/programmes/{programme}/progress',
  actions: ['ReadProgrammeProgress'],
  tag,
  summary: 'How far the enrolled matters are, by handling unit and batch',
  description: 'Counted as matters move, not when it is asked; a minute old at most.',
  query: () => z.strictObject({ unit: z.optional(unitId('Of this unit and those below; mine when absent')) }),
  response: () => z.object({ items: z.array(Progress) }),
});

export const matters = route({
  method: 'GET',
  path: '/programmes/{programme}/matters',
  actions: ['ReadProgrammeProgress'],
  tag,
  summary: 'The enrolled matters of one handling unit, as far as you may read them',
  query: () =>
    z.strictObject({ unit: z.optional(unitId('Handling unit; mine when absent')), batch: batchInQuery, limit, cursor }),
  response: () => page(Any),
});

export const enrol = route({
  method: 'POST',
  path: '/petitions/{number}/programme-enrolments',
  actions: ['EnrolMatter'],
  tag,
  summary: 'Enrol a matter in a campaign or programme, in one of its batches or in none',
  write: 'change',
  body: () => z.strictObject({ programme: petitionNumber, batch: z.optional(batch), reason: text(1000, 'Why') }),
  response: () => CommandResult,
});

export const takeOut = route({
  method: 'POST',
  path: '/petitions/{number}/programme-removals',
  actions: ['TakeOutOfProgramme'],
  tag,
  summary: 'Take a matter out of a programme that it does not belong to',
  write: 'change',
  body: () => z.strictObject({ programme: petitionNumber, reason: text(1000, 'Why') }),
  response: () => CommandResult,
});

export const routes = [
  found,
  attach,
  endDocument,
  addBatch,
  appoint,
  endAppointment,
  pledge,
  end,
  programmes,
  programme,
  appointments,
  pledges,
  progress,
  matters,
  enrol,
  takeOut,
];
