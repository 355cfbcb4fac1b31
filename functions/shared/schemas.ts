import * as z from 'zod/mini';
import { isDay } from '../../domain/calendar/calendar.ts';
import { serviceMethods } from '../../domain/petition/opinion.ts';
import { channels, sourcesAtTheDesk } from '../../domain/petition/state.ts';
import { inLine, inText } from '../../domain/text.ts';

/** The name of a file: a line that leads nowhere. */
const inFileName = new RegExp(inLine.source.replace('[^', '[^/\\\\'), 'u');

/** Characters as people count them: a rare character of a name is one, although it takes two units of UTF-16. */
const characters = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

const onlyText = 'Only text: no control characters, no remains of another encoding';

const written = (pattern: RegExp, maximum: number, description: string, otherwise = onlyText) =>
  z.string().check(
    // Each character has at most two units: what is longer than that needs no counting. Before the blanks around it go.
    z.refine<string>((value) => value.length <= 2 * maximum && characters(value) <= maximum, {
      error: `At most ${String(maximum)} characters`,
      abort: true,
    }),
    z.trim(),
    z.minLength(1, { abort: true }),
    z.regex(pattern, otherwise),
    z.meta({ description, maxLength: maximum }),
  );

/**
 * Text of 1 to `maximum` characters that is not just blanks. It is kept as it was given: characters are not normalised,
 * because that would change rare characters of names; only look-ups do.
 */
export const text = (maximum: number, description: string) => written(inText, maximum, description);

/** Four characters at least, blanks around them not counted; fewer say nothing. Our number, no rule names one. */
const anAccount = new RegExp(inText.source.replace('(?=[\\s\\S]*\\S)', '(?=\\s*\\S[\\s\\S]{2,}\\S\\s*$)'), 'u');

/** Why somebody does what is reviewed later (a disclosure, emergency access): it must say something. */
export const account = (maximum: number, description: string) =>
  written(anAccount, maximum, `${description}; at least 4 characters`, 'At least 4 characters of text');

/** Text in one line: names, subjects, places. */
export const line = (maximum: number, description: string) => written(inLine, maximum, description);

export const fileName = (maximum: number, description: string) => written(inFileName, maximum, description);

/** Legal day (Asia/Shanghai), of a century that the calendar and a living memory know. */
export const day = (description: string) =>
  z
    .string()
    .check(
      z.regex(/^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'A date like 2026-05-11'),
      z.refine(isDay, 'There is no such date'),
      z.meta({ description, format: 'date', maxLength: 10 }),
    );

/** Instant (RFC 3339, UTC). */
export const instant = (description: string) =>
  z.string().check(
    z.regex(
      /^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/,
      'An instant like 2026-05-11T08:30:00Z',
    ),
    z.refine((at) => isDay(at.slice(0, 10)), 'There is no such instant'),
    z.meta({ description, format: 'date-time', maxLength: 24 }),
  );

/** An identifier of this form; the pattern bounds its length. */
export const identifier = (pattern: RegExp, maximum: number, hint: string, description: string) =>
  z.string().check(z.regex(pattern, hint), z.meta({ description, maxLength: maximum }));

/** A time of day in Asia/Shanghai. */
export const clockTime = (description: string) =>
  identifier(/^([01]\d|2[0-3]):[0-5]\d$/, 5, 'A time like 09:00', description);

export const unitIdPattern = /^[0-9A-Za-z-]{1,40}$/;
export const officerIdPattern = /^[\w.@:|-]{1,100}$/;

export const unitId = (description: string) => identifier(unitIdPattern, 40, 'A unit id', description);
export const officerId = (description: string) => identifier(officerIdPattern, 100, 'An officer id', description);
export const partyId = (description: string) =>
  identifier(/^[\w-]{1,40}$/, 40, 'Letters, digits, - and _', description);
export const categoryCode = (description: string) => identifier(/^\d{2,6}$/, 6, 'A category code', description);
export const petitionNumber = identifier(/^[0-9A-Z-]{10,40}$/, 40, 'A petition number', '信访件编号');
export const month = (description: string) =>
  identifier(/^20\d{2}-(?:0[1-9]|1[0-2])$/, 7, 'A month like 2026-05', description);
/** 文号, e.g. （2026）甘29行初1号. */
export const documentNumber = (description: string) =>
  identifier(/^[\u4E00-\u9FFF0-9A-Za-z()（）〔〕-]{4,40}$/, 40, 'A document number', description);
const ordinalInPath = identifier(/^[1-9]\d{0,4}$/, 5, 'A number from 1', 'Its place in the list, from 1');

/** What may stand in a path, by the name in braces. What does not fit is not there. */
const pathParameters: Readonly<Record<string, z.ZodMiniType<string>>> = {
  number: petitionNumber,
  unit: unitId('机构'),
  visit: ordinalInPath,
  booking: ordinalInPath,
  hearing: ordinalInPath,
  supervision: ordinalInPath,
  evidence: identifier(/^[1-9]\d{0,8}$/, 9, 'A number from 1', 'Number of the piece'),
  year: identifier(/^20\d{2}$/, 4, 'A year like 2026', 'Calendar year'),
  // Values of some dimensions are Chinese words.
  figure: identifier(/^[\w\u4E00-\u9FFF-][\w.\u4E00-\u9FFF-]{0,99}$/, 100, 'A figure', 'A key of `figures`, or `open`'),
  hold: ordinalInPath,
  need: petitionNumber,
  programme: petitionNumber,
  disclosure: ordinalInPath,
  document: ordinalInPath,
  whistle: petitionNumber,
  item: petitionNumber,
  briefing: petitionNumber,
  centre: unitId('The unit that hosts the centre'),
  assignment: ordinalInPath,
  desk: identifier(/^[0-9A-Za-z-]{1,40}$/, 40, 'Letters, digits and -', '窗口编号'),
  import: petitionNumber,
  appointment: ordinalInPath,
  rota: unitId('Unit whose leaders receive'),
  entry: ordinalInPath,
  question: ordinalInPath,
};
/** No name begins with a dot: `.` and `..` in an address are steps, and whoever asks for them arrives elsewhere. */
const anyName = identifier(/^[\w@:-][\w.@:-]{0,99}$/, 100, 'A name', 'Its name');
export const pathParameter = (name: string): z.ZodMiniType<string> => pathParameters[name] ?? anyName;

export const evidenceNumber = (description: string) =>
  z.int().check(z.gte(1), z.lte(999_999_999), z.describe(description));

/** What a petitioner is known by, in a body: it stands in no address and no log. */
export const credentials = {
  number: petitionNumber,
  queryCode: identifier(
    /^[0-9A-Za-z\uFF0D\uFF10-\uFF5A \u3000\u2010-\u2015-]{8,30}$/,
    30,
    'A query code',
    '查询码, as on the receipt',
  ),
};
export const cursor = z.optional(identifier(/^[\w-]{1,2000}$/, 2000, 'A cursor', 'As the page before gave it'));
export const limit = z._default(
  z.pipe(
    z.string().check(z.regex(/^(?:[1-9]\d?|100)$/, 'A number from 1 to 100'), z.meta({ maxLength: 3 })),
    z.pipe(
      z.transform((digits: string) => Number(digits)),
      z.number().check(z.gte(1), z.lte(100), z.describe('Items per page')),
    ),
  ),
  50,
);

export const phone = identifier(/^\+?[0-9 -]{5,20}$/, 21, 'A phone number', '电话');

export const Person = z.strictObject({
  name: line(50, '姓名'),
  identityNumber: z.optional(
    identifier(/^[0-9A-Za-z]{5,30}$/, 30, 'Letters and digits', 'Valid identity document number'),
  ),
  phone: z.optional(phone),
  address: z.optional(line(200, '住址')),
});

export const Petitioner = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('individual'), person: Person }),
  z.strictObject({
    form: z.literal('joint'),
    // The rule of Art. 20 (at most five) is the domain's; this only bounds the request.
    representatives: z.array(Person).check(z.maxLength(50)),
    headcount: z.int().check(z.gte(2), z.lte(100_000), z.describe('Everybody the petition speaks for')),
  }),
  z.strictObject({ form: z.literal('organisation'), organisation: line(100, '单位名称'), contact: z.optional(Person) }),
  z.strictObject({ form: z.literal('anonymous') }),
]);

export const requests = z
  .array(text(2000, '一项请求'))
  .check(
    z.minLength(1),
    z.maxLength(20),
    z.describe('Each single thing asked for; the opinion answers every one (Art. 32)'),
  );

export const Accused = z.strictObject({
  units: z.array(unitId('Accused unit')).check(z.maxLength(20)),
  officers: z.array(officerId('Accused officer')).check(z.maxLength(20)),
});

/** What every way of registering a petition asks for. */
export const matterFields = {
  channel: z.enum(channels).check(z.describe('Art. 17')),
  source: z._default(z.enum(sourcesAtTheDesk), 'window'),
  oral: z._default(z.boolean().check(z.describe('Told orally and written down here (Art. 19)')), false),
  petitioner: Petitioner,
  subject: line(100, 'One line without names of persons; it heads worklists'),
  requests,
  facts: text(10_000, '事实'),
  reasons: z.optional(text(5000, '理由')),
  place: z.optional(line(200, 'Where it happened')),
  receivedOn: z.optional(day('Day of receipt, if earlier than today (letters, hotline)')),
  accused: z.optional(
    Accused.check(
      z.describe(
        'Only of an accusation (检举控告): whom it accuses, officers with their organ, as far as the petitioner names them; empty lists where he names none. Until its triage nobody sees it but whoever takes it in and whoever triages it; if these are of the accused or below them, the nearest office above has it. The officers are recused (Art. 28, 30).',
      ),
    ),
  ),
};

export const RegistrationBody = z.strictObject({
  ...matterFields,
  visit: z.optional(
    z
      .strictObject({ session: petitionNumber, visit: z.int().check(z.gte(1), z.lte(10_000)) })
      .check(
        z.describe(
          'The visit on a reception day of your desk at which it was brought; it is about this petition from then on',
        ),
      ),
  ),
});

/** What a request for review can name besides its grounds. */
export const ReviewRequest = {
  requests: z.optional(
    z
      .array(z.int().check(z.gte(0), z.lte(19)))
      .check(z.minLength(1), z.maxLength(20), z.describe('Which of the original requests, from 0; all when absent')),
  ),
  representatives: z.optional(
    z
      .array(line(50, '代表'))
      .check(
        z.minLength(1),
        z.maxLength(5),
        z.describe('Who asks, of a joint petition; all representatives when absent'),
      ),
  ),
};

export const Service = z.strictObject({
  method: z.enum(serviceMethods).check(z.describe('直接送达 / 邮寄 / 电子 / 留置')),
  servedOn: day('When the petitioner received it'),
  witness: z.optional(line(100, 'Who saw it left, when the petitioner would not sign')),
  reason: z.optional(text(1000, 'Why it was left')),
});

/** What a command answers: the new version, what happened, and what is waited for now. */
export const CommandResult = z.object({
  number: z.string(),
  version: z.int(),
  events: z.array(z.string()).check(z.describe('Types of the facts that were recorded')),
  unconfirmed: z.optional(
    z.array(z.string()).check(z.describe('Persons named here of whom no record of posts or rotas says who they are')),
  ),
});

export const Registered = z.object({
  ...CommandResult.shape,
  queryCode: z.string().check(z.describe('查询码: for the petitioner alone')),
});

export const Any = z.record(z.string(), z.unknown());

export const page = <T extends z.ZodMiniType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.optional(z.string()) });
