import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { isSealedFrom } from '../../domain/access/sight.ts';
import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { explainDeadline } from '../../domain/calendar/explain.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal } from '../../domain/errors.ts';
import type { Deadline } from '../../domain/limits.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, Identifiers, RecordStore, StreamRef } from '../../domain/ports.ts';
import { type ListItem, type ListItemEvent, listItemStream } from '../../domain/whistle/list-item.ts';
import type { Whistle, WhistleCommand, WhistleContent } from '../../domain/whistle/state.ts';
import { rollCallOf, whistleView } from '../../domain/whistle/views.ts';
import { whistleStream } from '../../domain/whistle/whistle.ts';
import { absent, requireAccess } from '../shared/access.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { mentionable } from '../shared/mention.ts';
import { ordinal } from '../shared/ordinal.ts';
import type { Guarded } from '../shared/pipeline.ts';
import { createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import { recordRead } from '../shared/reads.ts';
import { isSealedNow } from '../shared/sealed-behind.ts';
import * as routes from './routes.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly records: RecordStore;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

/** Whistles that one answer to a roll-call counts at most, some seconds' reading; the rest follow under its cursor. */
const rolledAtOnce = 2000;
const atATime = 100;

type Summary = {
  readonly status?: string;
  readonly petition?: string;
  readonly draftedOn?: string;
  readonly joint?: object;
};
type LegIntent =
  Extract<WhistleCommand, { readonly unit: string }> extends infer C
    ? C extends unknown
      ? Omit<C, 'by' | 'at'>
      : never
    : never;

/** What centres do to call departments in, and what those do about it. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, identifiers, clock } = dependencies;

  const petitionBehind = async (number: string): Promise<Petition | undefined> => {
    const { events } = await records.load({ kind: 'petition', id: number });
    return events.length === 0 ? undefined : foldPetition(events);
  };

  /** The petition behind it is asked too: sealed meanwhile, or with him recused, the whistle is out of his sight as well. */
  const standing = async (whistle: Whistle, intent: object = {}): Promise<Target> => {
    const { unit, supervision } = intent as { unit?: string; supervision?: number };
    const number = whistle.content?.petition;
    const petition = number === undefined ? undefined : await petitionBehind(number);
    return {
      whistle,
      at: clock.now(),
      ...(unit === undefined ? {} : { named: unit }),
      ...(supervision === undefined ? {} : { item: supervision }),
      ...(petition === undefined ? {} : { petition }),
    };
  };
  const commands = createPlainCommands(dependencies, whistleStream, standing);

  const itemCommands = createPlainCommands(dependencies, listItemStream);

  /** The items that a project names. @throws Refusal where he may not read one */
  const itemsOf = async (
    officer: Officer,
    { joint }: Pick<WhistleContent, 'joint'>,
  ): Promise<{ readonly items?: readonly ListItem[] }> => {
    if (joint === undefined) return {};
    const { units } = await itemCommands.context();
    const loaded = [...joint.needs, ...joint.resources].map(async (id) => {
      const { events } = await records.load({ kind: 'list-item', id });
      const item = foldPlain<ListItem, ListItemEvent>(listItemStream, events);
      if (item.unit !== undefined) requireAccess(officer, 'ReadListItems', { named: item.unit }, units);
      return item;
    });
    return { items: await Promise.all(loaded) };
  };

  /** @throws Refusal when the officer may not read the petition that he would call departments in for */
  const readable = async (officer: Officer, number: string | undefined): Promise<{ readonly petition?: Petition }> => {
    if (number === undefined) return {};
    const [petition, { units }] = await Promise.all([petitionBehind(number), commands.context()]);
    if (!petition || isSealedFrom(officer, petition)) {
      throw new Refusal('not-found', absent('petition'), { pointer: '/petition' });
    }
    requireAccess(officer, 'ReadPetition', { petition, at: clock.now() }, units);
    return { petition };
  };

  /** Neither what is an accusation by now (Art. 30) nor what this officer is recused from (Art. 28). */
  const seenBy = (officer: Officer) => {
    const mayMention = mentionable(records, officer);
    return async ({ petition }: Summary): Promise<boolean> =>
      petition === undefined || (!(await isSealedNow(records, petition)) && (await mayMention(petition)));
  };

  const shown = ({ stream, summary }: { stream: StreamRef; summary: object }) => {
    const { petition: _, ...rest } = summary as Summary;
    return { number: stream.id, ...rest };
  };

  const leg = (
    {
      officer,
      params,
      ...guarded
    }: Guarded & {
      officer: () => Officer;
      params: { readonly whistle: string; readonly unit: string };
    },
    intent: LegIntent extends infer C ? (C extends unknown ? Omit<C, 'unit'> : never) : never,
  ) => commands.change(officer(), guarded, params.whistle, { ...intent, unit: params.unit } as LegIntent);

  return httpApi([
    on(routes.draft, async (call) => {
      const officer = call.officer();
      const { contact = officer.id, ...body } = defined(call.body);
      const { units } = await commands.context();
      requireAccess(officer, 'DraftWhistle', {}, units);
      const content: WhistleContent = { contact, ...body };
      const id = identifiers.petitionNumber(officer.unit, clock.now());
      const behind = { ...(await readable(officer, content.petition)), ...(await itemsOf(officer, content)) };
      return commands.create(officer, call, id, officer.unit, { type: 'DraftWhistle', id, content, ...behind });
    }),
    on(routes.redraft, async (call) => {
      const officer = call.officer();
      const { contact = officer.id, ...body } = defined(call.body);
      const [before, { units }] = await Promise.all([commands.load(call.params.whistle), commands.context()]);
      // Before the items are asked for: what is said of those would tell that there is a whistle.
      requireAccess(officer, 'RedraftWhistle', await standing(before), units, 'whistle');
      const { petition } = before.content ?? {};
      const content: WhistleContent = { contact, ...body, ...(petition === undefined ? {} : { petition }) };
      const behind = petition === undefined ? undefined : await petitionBehind(petition);
      return commands.change(officer, call, call.params.whistle, {
        type: 'RedraftWhistle',
        content,
        ...(behind ? { petition: behind } : {}),
        ...(await itemsOf(officer, content)),
      });
    }),
    on(routes.decide, (call) => {
      const { body } = call;
      return commands.change(
        call.officer(),
        call,
        call.params.whistle,
        body.approved
          ? { type: 'ApproveWhistle', ...(body.note === undefined ? {} : { note: body.note }) }
          : { type: 'ReturnWhistle', reason: body.reason },
      );
    }),
    on(routes.callOff, (call) =>
      commands.change(call.officer(), call, call.params.whistle, { type: 'CallOffWhistle', ...call.body }),
    ),
    on(routes.acknowledge, (call) => leg(call, { type: 'AcknowledgeWhistle' })),
    on(routes.contact, (call) => leg(call, { type: 'ContactCaller', ...call.body })),
    on(routes.reportIn, (call) => {
      const { officer = call.officer().id } = call.body;
      return leg(call, { type: 'AttendWhistle', officer });
    }),
    on(routes.recordOutcome, (call) => leg(call, { type: 'RecordWhistleOutcome', ...call.body })),
    on(routes.rate, (call) => leg(call, { type: 'RateResponse', ...defined(call.body) })),
    on(routes.object, (call) => leg(call, { type: 'ObjectToWhistle', ...call.body })),
    on(routes.withdrawObjection, (call) => leg(call, { type: 'WithdrawWhistleObjection' })),
    on(routes.answerObjection, (call) => leg(call, { type: 'AnswerWhistleObjection', ...defined(call.body) })),
    on(routes.dispute, (call) => leg(call, { type: 'ReferWhistleDispute', ...call.body })),
    on(routes.decideDispute, (call) => leg(call, { type: 'DecideWhistleDispute', ...defined(call.body) })),
    on(routes.feedback, (call) =>
      commands.change(call.officer(), call, call.params.whistle, {
        type: 'GiveWhistleFeedback',
        supervision: ordinal('supervision', call.params.supervision),
        ...call.body,
      }),
    ),
    on(routes.closeSupervision, (call) =>
      commands.change(call.officer(), call, call.params.whistle, {
        type: 'CloseWhistleSupervision',
        supervision: ordinal('supervision', call.params.supervision),
        ...call.body,
      }),
    ),
    on(routes.addItem, (call) => {
      const officer = call.officer();
      const id = identifiers.petitionNumber(officer.unit, clock.now());
      return itemCommands.create(officer, call, id, officer.unit, { type: 'AddListItem', id, ...call.body });
    }),
    on(routes.closeItem, (call) =>
      itemCommands.change(call.officer(), call, call.params.item, { type: 'CloseListItem', ...call.body }),
    ),
    on(routes.item, async ({ officer, actions: [action], params }) => {
      const [{ units }, item] = await Promise.all([itemCommands.context(), itemCommands.load(params.item)]);
      const { unit = '' } = item;
      const role = requireAccess(officer(), action, { named: unit }, units);
      await recordRead({ records, clock }, officer(), role, unit, { what: 'list-items', part: item.id });
      return { body: { number: item.id, ...item }, version: item.version };
    }),
    on(routes.items, async ({ officer, actions: [action], query }) => {
      const { units, configuration } = await itemCommands.context();
      const unit = query.unit ?? officer().unit;
      const role = requireAccess(officer(), action, { named: unit }, units);
      const { items, cursor } = await filledPage(
        (limit, from) => records.listed('list-item', unit, beforeEveryDay, limit, from),
        ({ summary }) => {
          const { list, status } = summary as { list?: string; status?: string };
          return (query.list ?? list) === list && (query.status ?? status) === status;
        },
        query.limit,
        query.cursor,
      );
      // A page is one reading of the unit's lists.
      if (items.length > 0) await recordRead({ records, clock }, officer(), role, unit, { what: 'list-items' });
      const read = await Promise.all(
        items.map(async ({ stream }) => {
          const { id, ...item } = await itemCommands.load(stream.id);
          return { number: id, ...item };
        }),
      );
      const { labels } = configuration.jointHandling;
      return { body: { items: read, labels, ...(cursor === undefined ? {} : { cursor }) } };
    }),
    on(routes.whistles, async ({ officer, actions: [action], query }) => {
      const { units } = await commands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const maySee = seenBy(officer());
      const { items, cursor } = await filledPage(
        async (limit, from) => {
          const { items: all, ...rest } = await records.listed(
            'whistle',
            unit,
            query.from ?? beforeEveryDay,
            limit,
            from,
          );
          const visible = await Promise.all(all.map(({ summary }) => maySee(summary as Summary)));
          return { items: all.map((item, index) => ({ ...item, visible: visible[index] })), ...rest };
        },
        ({ summary, visible }) =>
          visible === true &&
          (query.status === undefined || (summary as Summary).status === query.status) &&
          (query.joint === undefined || (summary as Summary).joint !== undefined),
        query.limit,
        query.cursor,
      );
      return { body: { items: items.map(shown), ...(cursor === undefined ? {} : { cursor }) } };
    }),
    on(routes.whistle, async ({ officer, actions: [action], params }) => {
      const [{ units, calendar }, whistle] = await Promise.all([commands.context(), commands.load(params.whistle)]);
      const explain = (limit: Deadline) => explainDeadline(limit, calendar, legalDay(clock.now()));
      const role = requireAccess(officer(), action, await standing(whistle), units, 'whistle');
      await recordRead({ records, clock }, officer(), role, whistle.id, { what: 'whistle' });
      return {
        body: { ...whistleView(whistle, officer(), units, explain), version: whistle.version },
        version: whistle.version,
      };
    }),
    on(routes.rollCall, async ({ officer, actions: [action], query }) => {
      const { units } = await commands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const { from, to } = query;
      if (to < from) throw new Refusal('rule-violated', 'The period ends before it begins.', { pointer: '/to' });
      const maySee = seenBy(officer());
      const rolled: Summary[] = [];
      let { cursor } = query;
      let read = 0;
      // A cursor bears the name of what it stands behind: never of one that is not to be known of.
      let behindShown = true;
      do {
        const page = await records.listed('whistle', unit, { from, until: to }, atATime, cursor);
        const summaries = page.items.map(({ summary }) => summary as Summary);
        const visible = await Promise.all(summaries.map(maySee));
        rolled.push(...summaries.filter((_, index) => visible[index]));
        read += page.items.length;
        behindShown = visible.at(-1) !== false;
        ({ cursor } = page);
      } while (cursor !== undefined && (read < rolledAtOnce || !behindShown));
      return { body: { items: rollCallOf(rolled), ...(cursor === undefined ? {} : { cursor }) } };
    }),
  ]);
};
