import { afterEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { explainDeadline } from '../../domain/calendar/explain.ts';
import { Refusal } from '../../domain/errors.ts';
import { officerView } from '../../domain/petition/views.ts';
import type { Clock, RecordStore, ReferenceData, StreamKind, WorkItem, WorkItemStore } from '../../domain/ports.ts';
import { requireNotErased } from '../../domain/privacy/erasure.ts';
import { maskedFact } from '../../domain/privacy/masking.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import type { Session } from '../../domain/reception/session-state.ts';
import { publication, receivedBy, receptionCounts } from '../../domain/reception/summary.ts';
import { isOwnDay } from '../../domain/reception/views.ts';
import { dueShown } from '../../domain/workflow/steps.ts';
import { readPetition, requireAccess } from '../shared/access.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ledgerDay, visitsKnownTo } from '../shared/ledger.ts';
import { mentionable, withoutHidden } from '../shared/mention.ts';
import { recordRead } from '../shared/reads.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { isSealedNow, numberBehind } from '../shared/sealed-behind.ts';
import { attachedTo } from './attached.ts';
import * as routes from './routes.ts';
import { routesOf } from './step-routes.ts';
import { mergedWorklist } from './worklist.ts';

export interface Dependencies {
  readonly records: RecordStore;
  readonly workItems: WorkItemStore;
  readonly reference: ReferenceData;
  readonly context: () => Promise<ExplainedContext>;
  readonly clock: Clock;
}

/** Of a reception day every visit is a round of its own. */
const titleOf = (title = '', kind: StreamKind, round: number): string =>
  kind === 'session' ? `${title} · ${String(round)}` : title;

/** Each is read whole, and the read recorded. */
const daysOfLedger = 20;

/** What every officer reads: his worklist, the petitions that concern his unit, reception days, reference data. */
export const createHandler = ({ records, workItems, reference, context, clock }: Dependencies) => {
  const reading = { records, context, clock };

  return httpApi([
    on(routes.me, async ({ officer, actions: [action] }) => {
      const { units } = await context();
      requireAccess(officer(), action, {}, units);
      return { body: { ...officer(), unitName: units.get(officer().unit)?.name } };
    }),
    on(routes.units, async ({ officer, actions: [action] }) => {
      requireAccess(officer(), action, {}, (await context()).units);
      return { body: { items: await reference.units() } };
    }),
    on(routes.categories, async ({ officer, actions: [action] }) => {
      requireAccess(officer(), action, {}, (await context()).units);
      return { body: { items: await reference.categories() } };
    }),

    on(routes.worklist, async ({ officer, actions: [action], query }) => {
      requireAccess(officer(), action, {}, (await context()).units);
      const { id, unit, roles } = officer();
      const mine = query.role === undefined ? roles : roles.filter((role) => role === query.role);
      const audiences = [
        ...mine.map((role) => `${role}@${unit}`),
        ...(query.role === undefined ? [`person@${id}`] : []),
      ];
      const mayMention = mentionable(records, officer());
      const sessions = new Map<string, Promise<Session['visits']>>();
      const visitsOf = (session: string) => {
        const visits =
          sessions.get(session) ??
          records.stored({ kind: 'session', id: session }).then(({ events }) => foldSession(events).visits);
        sessions.set(session, visits);
        return visits;
      };
      /** Whether the matter of a visit whose turn it is may be mentioned to him. */
      const mayShowRound = async ({ stream, round }: WorkItem): Promise<boolean> => {
        const petition = stream.kind === 'session' ? (await visitsOf(stream.id))[round - 1]?.petition : undefined;
        return petition === undefined || mayMention(petition);
      };
      /** Of what stands for a petition that turned out to be an accusation nothing waits, for nobody (Art. 30). */
      const mayShowBehind = async ({ stream }: WorkItem): Promise<boolean> => {
        const petition = await numberBehind(records, stream);
        return petition === undefined || (!(await isSealedNow(records, petition)) && (await mayMention(petition)));
      };
      const { items, cursor } = await filledPage(
        (limit, from) => mergedWorklist(workItems, audiences, limit, from),
        async (item) => !item.excluded.includes(id) && (await mayShowBehind(item)) && mayShowRound(item),
        query.limit,
        query.cursor,
      );
      const titles = await records.titles(items.map(({ stream }) => stream));
      return {
        body: {
          items: items.map(({ stream, excluded: _, due, ...item }) => ({
            kind: stream.kind,
            number: stream.id,
            title: titleOf(titles.get(`${stream.kind}/${stream.id}`), stream.kind, item.round),
            ...item,
            ...dueShown({ due }),
            routes: routesOf(stream.kind, `${item.stage}/${item.step}`),
          })),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),

    on(routes.petition, async (call) => {
      const { petition, events, version, known } = await readPetition(reading, call, call.params.number, {
        what: 'petition',
      });
      const viewer = { officer: call.officer(), today: legalDay(clock.now()) };
      const view = officerView(petition, events, known.units, viewer);
      const mayMention = mentionable(records, viewer.officer);
      const shown = await withoutHidden(view, call.params.number, mayMention);
      const attached = await attachedTo(records, petition, viewer.officer, known.units, clock.now());
      return { body: { ...shown, ...attached }, version };
    }),

    on(routes.clocks, async (call) => {
      const { petition, version, known } = await readPetition(reading, call, call.params.number, { what: 'clocks' });
      return {
        body: { items: petition.deadlines.map((each) => explainDeadline(each, known.calendar, legalDay(clock.now()))) },
        version,
      };
    }),

    on(routes.sessions, async ({ officer, actions: [action], query }) => {
      const { units } = await context();
      requireAccess(officer(), action, {}, units);
      const { items, cursor } = await records.listed(
        'session',
        units.leadershipOf(query.unit ?? officer().unit),
        query.from ?? legalDay(clock.now()),
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

    on(routes.session, async ({ officer, actions: [action], params }) => {
      const [{ events, version }, { units, calendar }] = await Promise.all([
        records.load({ kind: 'session', id: params.id }),
        context(),
      ]);
      if (events.length === 0) throw new Refusal('not-found', 'There is no such session.');
      const role = requireAccess(officer(), action, {}, units);
      const session = foldSession(events.map(maskedFact));
      const own = isOwnDay(session, officer(), units);
      const known = await visitsKnownTo(records, session, officer(), units, (limit) =>
        explainDeadline(limit, calendar, legalDay(clock.now())),
      );
      if (known.length > 0) await recordRead(reading, officer(), role, session.id, { what: 'visits' });
      return {
        body: {
          id: session.id,
          version,
          unit: session.unit,
          ...publication(session),
          ...receptionCounts(session),
          receivedBy: receivedBy(session),
          // The day is public; who came and why concerns the desk, its leaders, and the units that are committed.
          ...(own || known.length > 0 ? { visits: known } : {}),
          ...(own ? { attendance: session.attendance } : {}),
        },
        version,
      };
    }),

    on(routes.ledger, async ({ officer, actions: [action], query }) => {
      const { units } = await context();
      const unit = units.leadershipOf(query.unit ?? officer().unit);
      const role = requireAccess(officer(), action, { named: unit }, units);
      const { from, to: until = afterEveryDay, leader, open, limit, cursor: after } = query;
      if (until < from) throw new Refusal('rule-violated', 'The period ends before it begins.', { pointer: '/to' });
      const pageSize = Math.min(limit, daysOfLedger);
      const { items, cursor } = await records.listed('session', unit, { from, until }, pageSize, after);
      const days = await Promise.all(
        items.map(async ({ stream: { id } }) => {
          const day = await ledgerDay(records, id, officer(), units, { leader, open });
          if (!day) return [];
          const { session } = day;
          const visits = day.visits.map(({ visit, row }) => (row ? { ...visit, state: row.state } : visit));
          if (visits.length > 0) await recordRead(reading, officer(), role, id, { what: 'visits' });
          return [{ id, unit: session.unit, ...publication(session), ...receptionCounts(session), visits }];
        }),
      );
      return { body: { items: days.flat(), ...(cursor === undefined ? {} : { cursor }) } };
    }),

    on(routes.disclose, async (call) => {
      const { petition } = await readPetition(
        reading,
        call,
        call.params.number,
        (found) => {
          requireNotErased(call.actions[0], found);
          return { what: 'disclosure', ...call.body };
        },
        () => true,
      );
      return {
        body: {
          number: petition.number,
          petitioner: petition.registration?.petitioner,
          parties: petition.mediations.at(-1)?.parties ?? [],
        },
      };
    }),
  ]);
};
