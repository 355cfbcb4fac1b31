import { isDeepStrictEqual } from 'node:util';
import type { Officer } from '../../domain/access/roles.ts';
import { seesRating } from '../../domain/petition/incident-views.ts';
import { summaryOf } from '../../domain/petition/petition.ts';
import type { Context } from '../../domain/petition/state.ts';
import { maskedEvent } from '../../domain/petition/views.ts';
import type { RecordStore, StoredEvent } from '../../domain/ports.ts';
import { foldSession, type Session } from '../../domain/reception/session.ts';
import { openStages } from '../../domain/workflow/progress.ts';
import { type Asking, readPetition, requireAccess } from '../shared/access.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { mentionable, withoutHidden } from '../shared/mention.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly records: RecordStore;
  readonly context: () => Promise<Context>;
  /** First fault of a chain, `undefined` when it is whole. */
  readonly firstFault: (events: readonly StoredEvent[]) => object | undefined;
}

/** JSON's view of a value: undefined fields are absent, as the store has them. */
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

/** What auditors read. Nothing here can write. */
export const createHandler = ({ records, context, firstFault }: Dependencies) => {
  const read = (call: Asking & { readonly params: { readonly number: string } }) =>
    readPetition({ records, context }, call, call.params.number);

  /** A sealed matter does not show, nor the visit in which it was told: what became of it is its organ's to tell. */
  const visibleTo = (officer: Officer) => {
    const mayMention = mentionable(records, officer);
    const sessions = new Map<string, Promise<Session>>();
    const sessionOf = (id: string): Promise<Session> => {
      const session =
        sessions.get(id) ?? records.load({ kind: 'session', id }).then(({ events }) => foldSession(events));
      sessions.set(id, session);
      return session;
    };
    return async ({ stream, data }: StoredEvent): Promise<boolean> => {
      const id = stream.slice(2);
      if (stream.startsWith('P#')) return mayMention(id);
      const { visit } = data as { visit?: number };
      const petition = visit === undefined ? undefined : (await sessionOf(id)).visits[visit - 1]?.petition;
      return petition === undefined || mayMention(petition);
    };
  };

  /** Facts as an officer may see them: numbers of persons masked, and no other petition named that is out of his sight. */
  const shown = async (officer: Officer, facts: readonly StoredEvent[], options: { hideRating?: boolean } = {}) => {
    const mayMention = mentionable(records, officer);
    return Promise.all(
      facts.map((fact) => withoutHidden(maskedEvent(fact, options), fact.stream.slice(2), mayMention)),
    );
  };

  return httpApi([
    on(routes.history, async (call) => {
      const { officer, params, query } = call;
      const { petition } = await read(call);
      const hideRating = !seesRating(petition, officer());
      const { items, cursor } = await records.history(
        { kind: 'petition', id: params.number },
        query.limit,
        query.cursor,
      );
      const facts = await records.opened(items);
      return {
        body: {
          items: await shown(officer(), facts, { hideRating }),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),

    on(routes.replay, async (call) => {
      const stream = { kind: 'petition', id: call.params.number } as const;
      const { petition } = await read(call);
      const { events } = await records.stored(stream);
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

    on(routes.exportHistory, async (call) => {
      const stream = { kind: 'petition', id: call.params.number } as const;
      await read(call);
      const { events } = await records.stored(stream);
      const head = await records.head(stream);
      return {
        body: {
          format: 'xinfang-history-1',
          stream: events[0]?.stream,
          events,
          head: { version: head?.version, hash: head?.hash },
        },
      };
    }),

    on(routes.unitDay, async ({ officer, actions: [action], query }) => {
      const { units } = await context();
      requireAccess(officer(), action, { named: query.unit }, units);
      const mayShow = visibleTo(officer());
      const { items, cursor } = await filledPage(
        (limit, from) => records.unitDay(query.unit, query.day, limit, from),
        mayShow,
        query.limit,
        query.cursor,
      );
      const facts = await records.opened(items);
      return {
        body: { items: await shown(officer(), facts), ...(cursor === undefined ? {} : { cursor }) },
      };
    }),
  ]);
};
