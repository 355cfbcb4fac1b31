import { assemblyStatus, assemblyStream, notAVote, questionOutcome } from '../../domain/assembly/assembly.ts';
import { disclosureKey, disclosureView, fileOf } from '../../domain/assembly/disclosure.ts';
import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import type { Clock, EvidenceTransfers, Identifiers, LookupHasher, RecordStore } from '../../domain/ports.ts';
import { requireAccess } from '../shared/access.ts';
import { httpApi, on, type Result } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import { createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import { promotedOutcomes } from '../shared/promoted-outcomes.ts';
import { askedOf, promotedPetition, withQueryCode } from '../shared/promotion.ts';
import { recordRead } from '../shared/reads.ts';
import * as routes from './routes.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly records: RecordStore;
  readonly hasher: LookupHasher;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
  readonly quarantine: Pick<EvidenceTransfers, 'upload'>;
}

/** What the village does about its information assemblies. Nothing here can be voted on. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, hasher, identifiers, clock, quarantine } = dependencies;
  const commands = createPlainCommands(dependencies, assemblyStream);
  const today = (): string => legalDay(clock.now());

  /** The form is signed anew for every answer, repeats too; the record keeps none. */
  const withForm = async (id: string, result: Result): Promise<Result> => {
    const { disclosure = 0 } = result.body as { disclosure?: number };
    const { disclosures } = await commands.load(id);
    const now = clock.now();
    if (disclosures[disclosure - 1]?.file === undefined) return result;
    const { uploadUntil, mediaType, size, sha256, state } = fileOf(disclosures, disclosure);
    if (state !== undefined || now >= uploadUntil) return result;
    const file = { key: disclosureKey(id, disclosure), contentType: mediaType, size, sha256 };
    const upload = { ...(await quarantine.upload(file, { now, expiresAt: uploadUntil })), expiresAt: uploadUntil };
    return { ...result, body: { ...(result.body as object), upload } };
  };

  return httpApi([
    on(routes.convene, (call) => {
      const officer = call.officer();
      const id = identifiers.sessionId(officer.unit, clock.now());
      const intent = { type: 'ConveneAssembly', id, unit: officer.unit, notice: call.body } as const;
      return commands.create(officer, call, id, officer.unit, intent);
    }),
    on(routes.cancel, (call) =>
      commands.change(call.officer(), call, call.params.assembly, { type: 'CancelAssembly', ...call.body }),
    ),
    on(routes.disclose, async (call) => {
      const { assembly: id } = call.params;
      const { file, ...named } = defined(call.body);
      const disclosure = { ...named, ...(file === undefined ? {} : { file }) };
      const result = await commands.change(
        call.officer(),
        call,
        id,
        { type: 'PublishDisclosure', disclosure },
        async ({ disclosures }) => ({ writes: [], answer: { disclosure: disclosures.length + 1 } }),
      );
      return withForm(id, result);
    }),
    on(routes.ask, (call) =>
      commands.add(call.officer(), call, call.params.assembly, { type: 'RecordQuestion', ...defined(call.body) }),
    ),
    on(routes.answer, (call) => {
      const { answeredOn = today(), ...answer } = call.body;
      const question = ordinal('question', call.params.question);
      const intent = { type: 'AnswerQuestion', question, answeredOn, ...defined(answer) } as const;
      return commands.change(call.officer(), call, call.params.assembly, intent);
    }),
    on(routes.promote, async (call) => {
      const officer = call.officer();
      const question = ordinal('question', call.params.question);
      const petition = identifiers.petitionNumber(officer.unit, clock.now());
      const intent = { type: 'PromoteQuestion', question, petition, ...askedOf(call.body) } as const;
      const result = await commands.change(officer, call, call.params.assembly, intent, async (state, now) => {
        const origin = { kind: 'assembly', id: call.params.assembly, question } as const;
        const unit = state.unit ?? officer.unit;
        return {
          writes: [await promotedPetition(hasher, petition, call.body, { source: 'assembly', origin, unit }, now)],
          answer: { petition },
        };
      });
      return withQueryCode(hasher, result);
    }),
    on(routes.decideText, (call) => {
      const decision = { question: ordinal('question', call.params.question), ...defined(call.body) };
      return commands.change(call.officer(), call, call.params.assembly, { type: 'DecideQuestionText', decision });
    }),
    on(routes.publishMinutes, (call) =>
      commands.change(call.officer(), call, call.params.assembly, { type: 'PublishMinutes', ...call.body }),
    ),
    on(routes.assemblies, async ({ officer, actions: [action], query }) => {
      const { units } = await commands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const { items, cursor } = await records.listed(
        'assembly',
        unit,
        query.from ?? beforeEveryDay,
        query.limit,
        query.cursor,
      );
      return {
        body: {
          items: items.map(({ stream, summary }) => ({ id: stream.id, ...summary })),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),
    on(routes.assembly, async ({ officer, actions: [action], params }) => {
      const [{ units }, assembly] = await Promise.all([commands.context(), commands.load(params.assembly)]);
      const role = requireAccess(officer(), action, assembly.unit === undefined ? {} : { named: assembly.unit }, units);
      // What anybody may read besides is published.
      if (assembly.questions.length > 0)
        await recordRead({ records, clock }, officer(), role, params.assembly, { what: 'questions' });
      const { notice, questions, disclosures, version, ...rest } = assembly;
      const outcomes = await promotedOutcomes(records, assembly);
      return {
        body: {
          ...rest,
          status: assemblyStatus(assembly),
          statutoryVote: false,
          note: notAVote,
          ...notice,
          disclosures: disclosureView(disclosures, clock.now(), assembly.erasedOn),
          questions: questions.map(({ promoted, ...question }, index) => ({
            number: index + 1,
            ...question,
            outcome: notice && questionOutcome({ promoted, ...question } as (typeof questions)[number], notice),
            // The number went to whoever promoted it, for the petitioner. What became of it is told without.
            ...(promoted ? { promotedOn: promoted.on, petition: outcomes[index + 1] } : {}),
          })),
          version,
        },
        version,
      };
    }),
  ]);
};
