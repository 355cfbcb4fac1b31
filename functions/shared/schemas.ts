import * as z from 'zod/mini';
import { isDay } from '../../domain/calendar/calendar.ts';
import { serviceMethods } from '../../domain/petition/opinion.ts';
import { channels, sources } from '../../domain/petition/state.ts';

/** Half of a surrogate pair is no text: it has no canonical form, so it could be neither hashed nor stored. */
const wellFormed = z.refine<string>((value) => value.isWellFormed(), 'Not well-formed Unicode');

/** Text of 1 to `maximum` characters that is not just blanks. */
export const text = (maximum: number, description: string) =>
  z.string().check(z.trim(), z.minLength(1), z.maxLength(maximum), wellFormed, z.describe(description));

/** Legal day (Asia/Shanghai). */
export const day = (description: string) =>
  z
    .string()
    .check(
      z.regex(/^\d{4}-\d{2}-\d{2}$/, 'A date like 2026-05-11'),
      z.refine(isDay, 'There is no such date'),
      z.describe(description),
    );

/** Instant (RFC 3339, UTC). */
export const instant = (description: string) =>
  z.string().check(
    z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/, 'An instant like 2026-05-11T08:30:00Z'),
    z.refine((at) => !Number.isNaN(Date.parse(at)), 'There is no such instant'),
    z.describe(description),
  );

export const unitId = (description: string) =>
  z.string().check(z.regex(/^[0-9A-Za-z-]{1,40}$/, 'A unit id'), z.describe(description));
export const officerId = (description: string) =>
  z.string().check(z.regex(/^[\w.@:|-]{1,100}$/, 'An officer id'), z.describe(description));
export const partyId = (description: string) =>
  z.string().check(z.regex(/^[\w-]{1,40}$/, 'Letters, digits, - and _'), z.describe(description));
export const petitionNumber = z
  .string()
  .check(z.regex(/^[0-9A-Z-]{10,40}$/, 'A petition number'), z.describe('信访件编号'));
/** What a petitioner is known by, in a body: it stands in no address and no log. */
export const credentials = {
  number: petitionNumber,
  queryCode: z.string().check(z.minLength(8), z.maxLength(30), z.describe('查询码, as on the receipt')),
};
export const cursor = z.optional(z.string().check(z.maxLength(2000), z.describe('As the page before gave it')));
export const limit = z._default(
  z.pipe(
    z.string().check(z.regex(/^\d{1,3}$/, 'A number from 1 to 100')),
    z.pipe(
      z.transform((digits: string) => Number(digits)),
      z.number().check(z.gte(1), z.lte(100), z.describe('Items per page')),
    ),
  ),
  50,
);

export const Person = z.strictObject({
  name: text(50, '姓名'),
  identityNumber: z.optional(
    z
      .string()
      .check(z.regex(/^[0-9A-Za-z]{5,30}$/, 'Letters and digits'), z.describe('Valid identity document number')),
  ),
  phone: z.optional(z.string().check(z.regex(/^\+?[0-9 -]{5,20}$/, 'A phone number'))),
  address: z.optional(text(200, '住址')),
});

export const Petitioner = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('individual'), person: Person }),
  z.strictObject({
    form: z.literal('joint'),
    // The rule of Art. 20 (at most five) is the domain's; this only bounds the request.
    representatives: z.array(Person).check(z.maxLength(50)),
    headcount: z.int().check(z.gte(2), z.lte(100_000), z.describe('Everybody the petition speaks for')),
  }),
  z.strictObject({ form: z.literal('organisation'), organisation: text(100, '单位名称'), contact: z.optional(Person) }),
  z.strictObject({ form: z.literal('anonymous') }),
]);

export const requests = z
  .array(text(2000, '一项请求'))
  .check(
    z.minLength(1),
    z.maxLength(20),
    z.describe('Each single thing asked for; the opinion answers every one (Art. 32)'),
  );

export const RegistrationBody = z.strictObject({
  channel: z.enum(channels).check(z.describe('Art. 17')),
  source: z._default(z.enum(sources), 'window'),
  oral: z._default(z.boolean().check(z.describe('Told orally and written down here (Art. 19)')), false),
  petitioner: Petitioner,
  subject: text(100, 'One line without names of persons; it heads worklists'),
  requests,
  facts: text(10_000, '事实'),
  reasons: z.optional(text(5000, '理由')),
  place: z.optional(text(200, 'Where it happened')),
  receivedOn: z.optional(day('Day of receipt, if earlier than today (letters, hotline)')),
  visit: z.optional(
    z.strictObject({
      session: petitionNumber,
      visit: z.int().check(z.gte(1), z.lte(10_000)),
    }),
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
      .array(text(50, '代表'))
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
  witness: z.optional(text(100, 'Who saw it left, when the petitioner would not sign')),
  reason: z.optional(text(1000, 'Why it was left')),
});

/** What a command answers: the new version, what happened, and what is waited for now. */
export const CommandResult = z.object({
  number: z.string(),
  version: z.int(),
  events: z.array(z.string()).check(z.describe('Types of the facts that were recorded')),
});

export const Registered = z.object({
  ...CommandResult.shape,
  queryCode: z.string().check(z.describe('查询码: for the petitioner alone')),
});

export const Any = z.record(z.string(), z.unknown());

export const page = <T extends z.ZodMiniType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.optional(z.string()) });
