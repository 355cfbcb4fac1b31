import * as z from 'zod/mini';
import { usualThemes } from '../../domain/assembly/assembly.ts';
import { disclosureKinds } from '../../domain/assembly/disclosure.ts';
import { evidenceTypes } from '../../domain/petition/evidence-types.ts';
import { Promoted, PromotionBody } from '../shared/promotion.ts';
import { route } from '../shared/route.ts';
import {
  Any,
  CommandResult,
  clockTime,
  cursor,
  day,
  identifier,
  limit,
  line,
  page,
  text,
  unitId,
} from '../shared/schemas.ts';

const tag = 'assembly 村民知情大会';

const noVote =
  'No villagers’ assembly (村民会议): no quorum, no vote. What villagers have to decide is convened under the Organic Law of Villagers’ Committees, outside this system.';
const theme = line(30, 'A theme of this assembly');
const post = line(50, 'Office or post, no name');

export const convene = route({
  method: 'POST',
  path: '/assemblies',
  actions: ['ConveneAssembly'],
  tag,
  summary: 'Convene a village information assembly (村民知情大会) and give notice',
  description: noVote,
  write: 'create',
  body: () =>
    z.strictObject({
      date: day('Day of the assembly, today or later'),
      from: clockTime('Begins (Asia/Shanghai)'),
      place: line(100, 'Where'),
      themes: z
        .array(line(30, 'One theme'))
        .check(z.minLength(1), z.maxLength(20), z.describe(`Usual: ${usualThemes.join('、')}`)),
      presenters: z._default(z.array(z.strictObject({ post, theme })).check(z.maxLength(30)), []),
      message: text(2000, 'What villagers are told; no names'),
    }),
  response: () => CommandResult,
  status: 201,
});

export const cancel = route({
  method: 'POST',
  path: '/assemblies/{assembly}/cancellation',
  actions: ['CancelAssembly'],
  tag,
  summary: 'Call an assembly off before anything was asked',
  write: 'change',
  body: () => z.strictObject({ reason: text(500, 'Why') }),
  response: () => CommandResult,
});

export const disclose = route({
  method: 'POST',
  path: '/assemblies/{assembly}/disclosures',
  actions: ['PublishDisclosure'],
  tag,
  summary:
    'Attach a document that is laid open (村务、政务、财务公开), as a file, by digest or by where it can be read',
  description:
    'A file is declared by digest, size and type; the answer has the form by which exactly it is uploaded, and repeating the request with the same Idempotency-Key a fresh one. It is in quarantine until it has been checked and scanned, as evidence is, and then anybody can download it.',
  write: 'change',
  body: () =>
    z.strictObject({
      kind: z.enum(disclosureKinds),
      title: line(100, 'Title'),
      sha256: z.optional(identifier(/^[0-9a-f]{64}$/, 64, '64 hex digits', 'SHA-256 of the document')),
      link: z.optional(line(500, 'Where it can be read: an address, or the board it hangs on')),
      file: z.optional(
        z.strictObject({
          size: z.int().check(z.gte(1), z.lte(1_000_000_000), z.describe('Bytes; the limit is configured')),
          mediaType: z.enum(evidenceTypes).check(z.describe('Checked against the content')),
        }),
      ),
    }),
  response: () =>
    z.object({
      ...CommandResult.shape,
      disclosure: z.int().check(z.describe('Its number')),
      upload: z.optional(
        z.object({ url: z.string(), fields: z.record(z.string(), z.string()), expiresAt: z.string() }),
      ),
    }),
});

export const ask = route({
  method: 'POST',
  path: '/assemblies/{assembly}/questions',
  actions: ['RecordQuestion'],
  tag,
  summary: 'Write down what was asked, without who asked',
  description: 'Needs no version: several recorders can write at once, and a phone without a net sends it later.',
  write: 'create',
  body: () =>
    z.strictObject({
      theme,
      question: text(1000, 'The question; no names'),
      personal: z.optional(
        z
          .literal(true)
          .check(z.describe('It names a person or accuses somebody: not published unless that is decided (Art. 30)')),
      ),
    }),
  response: () => CommandResult,
  status: 201,
});

export const answer = route({
  method: 'POST',
  path: '/assemblies/{assembly}/questions/{question}/answer',
  actions: ['AnswerQuestion'],
  tag,
  summary: 'Write down the answer, on the spot or later',
  write: 'change',
  body: () =>
    z.strictObject({
      answer: text(2000, 'The answer; no names'),
      post,
      answeredOn: z.optional(day('When, if earlier than today')),
      personal: z.optional(
        z
          .literal(true)
          .check(
            z.describe('It names a person or accuses somebody: nobody reads it, unless it is published in other words'),
          ),
      ),
    }),
  response: () => CommandResult,
});

export const promote = route({
  method: 'POST',
  path: '/assemblies/{assembly}/questions/{question}/promotion',
  actions: ['PromoteQuestion'],
  tag,
  summary: 'Make a petition of a question (转为信访事项); a name only with consent',
  description:
    'Registered at the petition office in charge, source `assembly`. Without consent the petitioner stays anonymous.',
  write: 'change',
  body: () => PromotionBody,
  response: () => Promoted,
  status: 201,
});

const questionNumber = z.int().check(z.gte(1), z.lte(100_000), z.describe('Its number'));
const asAskedOrNot = { publish: z.enum(['as-asked', 'withheld']) };
const reworded = {
  publish: z.literal('reworded'),
  text: text(1000, 'As anybody reads it; no names'),
  answer: z.optional(text(2000, 'Its answer as anybody reads it; no names. Without it the answer is withheld')),
};

export const decideText = route({
  method: 'POST',
  path: '/assemblies/{assembly}/questions/{question}/publication',
  actions: ['DecideQuestionText'],
  tag,
  summary: 'Publish a question as it was asked, in other words, or not at all',
  description:
    'Before the minutes or after them: what names or accuses somebody (Art. 30) is taken off the public page, with its answer. Of a question in other words nobody reads the answer either, unless that is given in other words too. The record keeps what was asked and answered.',
  write: 'change',
  body: () => z.discriminatedUnion('publish', [z.strictObject(asAskedOrNot), z.strictObject(reworded)]),
  response: () => CommandResult,
});

export const publishMinutes = route({
  method: 'POST',
  path: '/assemblies/{assembly}/minutes',
  actions: ['PublishMinutes'],
  tag,
  summary: 'Publish the minutes; from then on anybody reads the questions and what became of them',
  description:
    'Of every question somebody has said whether it is published: here, before, or by marking it as `personal` when it was written down, which withholds it. Those that became petitions never are.',
  write: 'change',
  body: () =>
    z.strictObject({
      minutes: text(10_000, 'Minutes; no names'),
      attendance: z.int().check(z.gte(0), z.lte(100_000), z.describe('How many came; nothing depends on it')),
      questions: z._default(
        z
          .array(z.strictObject({ question: questionNumber, ...asAskedOrNot }))
          // Each is a fact of its own in one transaction.
          .check(z.maxLength(60), z.describe('What is published of each that is not reworded')),
        [],
      ),
    }),
  response: () => CommandResult,
});

export const assemblies = route({
  method: 'GET',
  path: '/assemblies',
  actions: ['ReadAssemblies'],
  tag,
  summary: 'Assemblies of a village, from a day on',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent')),
      from: z.optional(day('From this day on')),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

export const assembly = route({
  method: 'GET',
  path: '/assemblies/{assembly}',
  actions: ['ReadAssemblies'],
  tag,
  summary: 'An assembly with its questions and what became of them',
  description: noVote,
  response: () => Any,
});

export const routes = [
  convene,
  cancel,
  disclose,
  ask,
  answer,
  promote,
  decideText,
  publishMinutes,
  assemblies,
  assembly,
];
