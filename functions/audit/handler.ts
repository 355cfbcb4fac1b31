import { isDeepStrictEqual } from 'node:util';
import { decideAccess } from '../../domain/access/policy.ts';
import { readershipAt, seenBy } from '../../domain/access/readership.ts';
import type { Officer } from '../../domain/access/roles.ts';
import type { AnchorReader } from '../../domain/anchor.ts';
import { afterEveryDay, legalDay, plusDays } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import { seesRating } from '../../domain/petition/incident-views.ts';
import { summaryOf } from '../../domain/petition/petition.ts';
import type { Context } from '../../domain/petition/state.ts';
import { visibleEvent } from '../../domain/petition/views.ts';
import type { ActQuery, ActStore, Clock, RecordStore, StoredEvent, StreamFacts } from '../../domain/ports.ts';
import { maskedFact, withheldFact } from '../../domain/privacy/masking.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import type { Session } from '../../domain/reception/session-state.ts';
import { openStages } from '../../domain/workflow/progress.ts';
import { type Asking, findPetition, requireAccess } from '../shared/access.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { mentionable, withoutHidden } from '../shared/mention.ts';
import { recordRead } from '../shared/reads.ts';
import { nameOf } from './bundle.ts';
import { createExports } from './exports.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly records: RecordStore;
  readonly acts: ActStore;
  readonly facts: StreamFacts;
  readonly anchor: AnchorReader;
  readonly context: () => Promise<Context>;
  readonly clock: Clock;
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
  const exports = createExports(dependencies);
  const load = records.stored.bind(records);
  /** What opens nothing: a text that was tampered with must not keep anybody from seeing that. */
  const find = (call: Asking & { readonly params: { readonly number: string } }) =>
    findPetition({ records: { load }, context, clock }, call, call.params.number);

  /** A sealed matter does not show, nor the visit in which it was told: what became of it is its organ's to tell. */
  const visibleTo = (officer: Officer) => {
    const mayMention = mentionable(records, officer);
    const sessions = new Map<string, Promise<Session>>();
    const sessionOf = (id: string): Promise<Session> => {
      const session = sessions.get(id) ?? load({ kind: 'session', id }).then(({ events }) => foldSession(events));
      sessions.set(id, session);
      return session;
    };
    const behind = new Map<string, Promise<string | undefined>>();
    /** The petition for which a whistle was blown: its first fact names it. */
    const petitionBehind = (id: string): Promise<string | undefined> => {
      const petition =
        behind.get(id) ??
        load({ kind: 'whistle', id }).then(
          ({ events: [drafted] }) =>
            (drafted?.data as { content?: { petition?: string } } | undefined)?.content?.petition,
        );
      behind.set(id, petition);
      return petition;
    };
    return async ({ stream, data }: StoredEvent): Promise<boolean> => {
      const id = stream.slice(2);
      const { visit, petition: became } = data as { visit?: number; petition?: string };
      // That a need or a question became a petition that is sealed does not show either.
      if (/^[DGNV]#/.test(stream)) return became === undefined || mayMention(became);
      if (stream.startsWith('H#')) {
        const petition = await petitionBehind(id);
        return petition === undefined || mayMention(petition);
      }
      if (/^[ZMY]#/.test(stream)) return true;
      // A petition, its place in a centre, and who has read it bear its number.
      if (!stream.startsWith('S#')) return mayMention(id);
      const petition = visit === undefined ? undefined : (await sessionOf(id)).visits[visit - 1]?.petition;
      return petition === undefined || mayMention(petition);
    };
  };

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

  /** The same of what belongs to a unit: whose auditor may read it says the unit in its head. */
  const readsOfUnit =
    <Params extends object>(kind: 'session' | 'need' | 'assembly', idOf: (params: Params) => string) =>
    async ({
      officer,
      actions: [action],
      params,
      query,
    }: Asking & {
      readonly params: Params;
      readonly query: Parameters<typeof readsOf>[1];
    }) => {
      const id = idOf(params);
      const [head, { units }] = await Promise.all([records.head({ kind, id }), context()]);
      if (head === undefined) throw new Refusal('not-found', `There is no such ${kind}.`);
      const { unit } = head.summary as { unit?: string };
      requireAccess(officer(), action, unit === undefined ? {} : { sessionUnit: unit }, units);
      return { body: await readsOf(id, query) };
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
      const { events, known } = await find(call);
      const at = call.query.at ?? clock.now();
      const could = readershipAt(events, at, known.units);
      if (!could) throw new Refusal('rule-violated', 'It had not been registered then.', { pointer: '/at' });
      // As stored: for what it was unmasked stands in the reads themselves, who and when is open.
      const { events: reads } = await load({ kind: 'reads', id: call.params.number });
      const { others, ...seen } = seenBy(could, reads);
      return { body: { number: call.params.number, could: seen, others } };
    }),

    on(routes.reads, async (call) => {
      await find(call);
      return { body: await readsOf(call.params.number, call.query) };
    }),
    on(
      routes.sessionReads,
      readsOfUnit('session', ({ id }) => id),
    ),
    on(
      routes.needReads,
      readsOfUnit('need', ({ need }) => need),
    ),
    on(
      routes.assemblyReads,
      readsOfUnit('assembly', ({ assembly }) => assembly),
    ),

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
      const mayShow = visibleTo(officer());
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
