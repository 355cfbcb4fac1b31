import { isDeepStrictEqual } from 'node:util';
import { decideAccess } from '../../domain/access/policy.ts';
import { readershipAt, seenBy } from '../../domain/access/readership.ts';
import type { Officer } from '../../domain/access/roles.ts';
import type { AnchorReader } from '../../domain/anchor.ts';
import { afterEveryDay, legalDay, plusDays } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import { UnitDirectory } from '../../domain/organisation/unit.ts';
import { seesRating } from '../../domain/petition/incident-views.ts';
import { summaryOf } from '../../domain/petition/petition.ts';
import type { Context } from '../../domain/petition/state.ts';
import { visibleEvent } from '../../domain/petition/views.ts';
import type {
  ActQuery,
  ActStore,
  Clock,
  RecordStore,
  StoredEvent,
  StreamFacts,
  UnitHistory,
} from '../../domain/ports.ts';
import { maskedFact, withheldFact } from '../../domain/privacy/masking.ts';
import { readKinds } from '../../domain/privacy/reads.ts';
import { openStages } from '../../domain/workflow/progress.ts';
import { type Asking, findPetition, requireAccess } from '../shared/access.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { mentionable, withoutHidden } from '../shared/mention.ts';
import { recordRead } from '../shared/reads.ts';
import { nameOf } from './bundle.ts';
import { createExports } from './exports.ts';
import * as routes from './routes.ts';
import { standsFor, visibleTo } from './standing-for.ts';

export interface Dependencies {
  readonly records: RecordStore;
  readonly acts: ActStore;
  readonly facts: StreamFacts;
  readonly anchor: AnchorReader;
  readonly context: () => Promise<Context>;
  readonly clock: Clock;
  readonly units: UnitHistory;
  /** First fault of a chain, `undefined` when it is whole. */
  readonly firstFault: (events: readonly StoredEvent[]) => object | undefined;
}

/** JSON's view of a value: undefined fields are absent, as the store has them. */
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

/** The longest period of one question, so that its cursor stays good for something. */
const longestPeriodDays = 3660;

/** How often one request looks on where what it found may not be shown. */
const mostLooks = 4;

/** What auditors read. Nothing here writes but the history of reads. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, acts, context, clock, firstFault } = dependencies;
  const unitsOn = dependencies.units.unitsOn.bind(dependencies.units);
  const exports = createExports(dependencies);
  const load = records.stored.bind(records);
  /** What opens nothing: a text that was tampered with must not keep anybody from seeing that. */
  const find = (call: Asking & { readonly params: { readonly number: string } }) =>
    findPetition({ records: { load }, context, clock }, call, call.params.number);

  /** Facts as an officer may see them, masked already: no rating that is not his to know, and no other petition named that is out of his sight. */
  const shown = async (officer: Officer, facts: readonly StoredEvent[], options: { hideRating?: boolean } = {}) => {
    const mayMention = mentionable(records, officer);
    return Promise.all(
      facts.map((fact) => withoutHidden(visibleEvent(fact, options), fact.stream.slice(2), mayMention)),
    );
  };

  /** One page of the history of reads. @param id of what was read */
  const readsOf = async (id: string, { limit, cursor: from }: { limit: number; cursor?: string | undefined }) => {
    const { items, cursor } = await records.history({ kind: 'reads', id }, limit, from);
    return {
      items: (await records.opened(items)).map(({ seq, type, at, actor, data }) => ({ seq, type, at, actor, ...data })),
      ...(cursor === undefined ? {} : { cursor }),
    };
  };

  /** Whose auditor may read who has read something: its first fact says the unit, and for which petition it stands. */
  const ownerOf = async (officer: Officer, kind: string, id: string): Promise<string | undefined> => {
    if (kind === 'unit') return (await context()).units.get(id) && id;
    const known = readKinds.find((each) => each === kind);
    if (known === undefined) return undefined;
    const ref = { kind: known, id };
    const [begun] = (await load(ref)).events;
    const mayMention = mentionable(records, officer);
    for (const petition of standsFor(ref, begun)) if (!(await mayMention(petition))) return undefined;
    return (begun?.data as { unit?: string } | undefined)?.unit;
  };

  return httpApi([
    on(routes.history, async (call) => {
      const { officer, params, query } = call;
      const { petition, role } = await find(call);
      await recordRead({ records, clock }, officer(), role, params.number, { what: 'history' });
      const hideRating = !seesRating(petition, officer());
      const { type: types, from = '', to = afterEveryDay } = query;
      const asked = ({ type, at }: StoredEvent) =>
        (types === undefined || types.includes(type)) && legalDay(at) >= from && legalDay(at) <= to;
      const { items, cursor } = await filledPage(
        (limit, after) => records.history({ kind: 'petition', id: params.number }, limit, after),
        asked,
        query.limit,
        query.cursor,
      );
      const facts = await records.opened(items);
      return {
        body: {
          items: await shown(officer(), facts.map(maskedFact), { hideRating }),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),

    on(routes.replay, async (call) => {
      const stream = { kind: 'petition', id: call.params.number } as const;
      const { petition, events } = await find(call);
      const head = await records.head(stream);
      const last = events.at(-1);
      const fault = firstFault(events);
      const replayed = { summary: plain(summaryOf(petition)), openStages: openStages(petition.progress) };
      const stored = { summary: head?.summary, openStages: head?.openStages ?? [] };
      return {
        body: {
          number: call.params.number,
          version: petition.version,
          events: events.length,
          chainWhole: fault === undefined && head?.version === last?.seq && head?.hash === last?.hash,
          ...(fault === undefined ? {} : { fault }),
          stateEqual: isDeepStrictEqual(stored, replayed),
          stored,
          replayed,
        },
      };
    }),

    on(routes.readership, async (call) => {
      const { events } = await find(call);
      const at = call.query.at ?? clock.now();
      const day = legalDay(at);
      const { units, withoutDay } = await unitsOn(day);
      const could = readershipAt(events, at, new UnitDirectory(units));
      if (!could) throw new Refusal('rule-violated', 'It had not been registered then.', { pointer: '/at' });
      // As stored: for what it was unmasked stands in the reads themselves, who and when is open.
      const { events: reads } = await load({ kind: 'reads', id: call.params.number });
      const { others, ...seen } = seenBy(could, reads);
      return { body: { number: call.params.number, could: seen, others, tree: { on: day, withoutDay } } };
    }),

    on(routes.reads, async (call) => {
      await find(call);
      return { body: await readsOf(call.params.number, call.query) };
    }),
    on(routes.readsByKind, async ({ officer, actions: [action], params: { kind, id }, query }) => {
      const unit = await ownerOf(officer(), kind, id);
      if (unit === undefined) throw new Refusal('not-found', 'There is nothing of that kind and number.');
      requireAccess(officer(), action, { named: unit }, (await context()).units);
      return { body: await readsOf(id, query) };
    }),

    on(routes.acts, async ({ officer, actions: [action], query }) => {
      const { units } = await context();
      const { unit, below, from, to = from, officer: who, type: types, kind, limit } = query;
      requireAccess(officer(), action, { named: unit }, units);
      if (to < from || to > plusDays(from, longestPeriodDays))
        throw new Refusal('rule-violated', `A period has one to ${String(longestPeriodDays)} days.`, {
          pointer: '/to',
        });
      const mayRead = (named: string) => decideAccess(officer(), action, { named }, units).allowed;
      const asked: ActQuery = {
        units: below === 'true' ? units.within(unit).filter(mayRead) : [unit],
        from,
        to,
        ...(who === undefined ? {} : { officer: who }),
        ...(types === undefined ? {} : { types }),
        ...(kind === undefined ? {} : { kinds: [kind] }),
      };
      const mayShow = visibleTo(records, officer());
      const { items, cursor } = await filledPage(
        async (most, after) => {
          const page = await acts.acts(asked, most, after);
          return { ...page, items: await acts.facts(page.items) };
        },
        mayShow,
        limit,
        query.cursor,
        mostLooks,
      );
      return {
        body: {
          items: await shown(officer(), items.map(withheldFact)),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),

    on(routes.beginExport, async ({ officer, body, ...guarded }) => {
      const { scope, purpose, since } = body;
      return exports.begin(officer(), guarded, {
        scope: scope.kind === 'all' ? { kind: 'all', unit: officer().unit } : scope,
        purpose,
        ...(since === undefined ? {} : { since }),
      });
    }),

    on(routes.exportPage, async ({ officer, params, query }) => {
      const { scope, text, cursor } = await exports.page(officer(), params.export, query.cursor);
      return {
        file: {
          contentType: routes.bundleType,
          name: `${nameOf(scope)}.xinfang.jsonl`,
          disposition: 'attachment',
          content: text,
          ...(cursor === undefined ? {} : { headers: { 'xinfang-cursor': cursor } }),
        },
      };
    }),
  ]);
};
