import type { Officer } from '../../domain/access/roles.ts';
import { isUnderAccused } from '../../domain/access/sight.ts';
import { afterEveryDay, beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import {
  type Centre,
  type CentreEvent,
  type CentreSummary,
  centreOn,
  centreStream,
  countOn,
  isOpenOn,
} from '../../domain/centre/centre.ts';
import { placementStream, placementView } from '../../domain/centre/placement.ts';
import { type Placement, standingOfPlacement } from '../../domain/centre/placement-history.ts';
import { defined } from '../../domain/defined.ts';
import { InvalidCursor, Refusal } from '../../domain/errors.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition, RegistrationContent } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, Identifiers, LookupHasher, RecordStore } from '../../domain/ports.ts';
import { absent, requireAccess } from '../shared/access.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on, type Result } from '../shared/http-api.ts';
import { mentionable } from '../shared/mention.ts';
import { ordinal } from '../shared/ordinal.ts';
import { createPipeline, type Guarded } from '../shared/pipeline.ts';
import { createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import { registeredPetition, withQueryCode } from '../shared/promotion.ts';
import { recordRead } from '../shared/reads.ts';
import { isSealedNow } from '../shared/sealed-behind.ts';
import * as routes from './routes.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly records: RecordStore;
  readonly hasher: LookupHasher;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

/** Of what is placed with a unit, the overview counts at most this many. */
const counted = 100;

type PlacementSummary = {
  readonly status?: string;
  readonly level?: string;
  readonly since?: string;
  readonly against?: readonly string[];
};
/** Centres at every level: who works there, the one intake, and what goes down and up between them. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, hasher, identifiers, clock } = dependencies;
  const today = (): string => legalDay(clock.now());
  const centres = createPlainCommands(dependencies, centreStream);

  /** Of a number never given out, a petition that nothing has happened to. It refuses nothing: access is asked first. */
  const petitionBehind = async (number: string): Promise<Petition> =>
    foldPetition((await records.load({ kind: 'petition', id: number })).events);
  const petitionOf = async (number: string): Promise<Petition> => {
    const petition = await petitionBehind(number);
    if (!petition.registration) throw new Refusal('not-found', absent('petition'));
    return petition;
  };
  /** The petition is asked too: sealed, or with him recused, its place in a centre is out of his sight as well. */
  const standing = async (placement: Placement) => ({
    petition: await petitionOf(placement.petition),
    at: clock.now(),
    ...standingOfPlacement(placement),
  });
  const { once, commit } = createPipeline(records);
  const placements = createPlainCommands(dependencies, placementStream, standing);

  /** Whether a unit hosts a centre today. */
  const hosts = async (unit: string): Promise<boolean> => {
    const { events } = await records.load({ kind: 'centre', id: unit });
    return isOpenOn(foldPlain<Centre, CentreEvent>(centreStream, events), today());
  };

  /** What is placed with a unit, and whether it shows: no accusation does, nor what is about the reader's own unit (Art. 30). */
  const placedWith = async (reader: Officer, units: UnitDirectory, unit: string, limit: number, cursor?: string) => {
    const { items, ...rest } = await records.listed('placement', unit, beforeEveryDay, limit, cursor);
    // Not what he is recused from either (Art. 28).
    const mayMention = mentionable(records, reader);
    const hidden = await Promise.all(
      items.map(async ({ stream }) => (await isSealedNow(records, stream.id)) || !(await mayMention(stream.id))),
    );
    return {
      items: items.map(({ stream, summary }, index) => {
        const { against = [], ...shown } = summary as PlacementSummary;
        return {
          number: stream.id,
          hidden: hidden[index] === true || isUnderAccused(reader.unit, against, units),
          ...shown,
        };
      }),
      ...rest,
    };
  };

  /** One window takes in an accusation too; it is registered, and with no centre (Art. 30). */
  const accusation = (
    officer: Officer,
    call: Guarded,
    number: string,
    centre: string,
    asked: { readonly content: RegistrationContent; readonly unit: string; readonly receivedOn?: string },
  ): Promise<Result> =>
    once(officer.id, call, async (key) => {
      const context = await placements.context();
      requireAccess(officer, 'TakeInMatter', { named: centre }, context.units);
      const role = requireAccess(officer, 'RegisterPetition', {}, context.units);
      const by = { id: officer.id, unit: officer.unit, role };
      const write = await registeredPetition(hasher, number, asked, { at: clock.now(), by, context });
      return commit(key, call, number, [write], { petition: number });
    });

  return httpApi([
    on(routes.register, (call) => {
      const { unit, from, ...content } = call.body;
      return centres.create(call.officer(), call, unit, unit, { type: 'RegisterCentre', unit, content, from });
    }),
    on(routes.amend, (call) => {
      const { reason, ...content } = call.body;
      return centres.change(call.officer(), call, call.params.centre, { type: 'AmendCentre', content, reason });
    }),
    on(routes.close, (call) =>
      centres.change(call.officer(), call, call.params.centre, { type: 'CloseCentre', ...call.body }),
    ),
    on(routes.openDesk, (call) =>
      centres.change(call.officer(), call, call.params.centre, { type: 'OpenDesk', ...call.body }),
    ),
    on(routes.closeDesk, (call) =>
      centres.change(call.officer(), call, call.params.centre, {
        type: 'CloseDesk',
        code: call.params.desk,
        ...call.body,
      }),
    ),
    on(routes.assign, (call) =>
      centres.change(call.officer(), call, call.params.centre, { type: 'AssignStaff', ...defined(call.body) }),
    ),
    on(routes.endAssignment, (call) =>
      centres.change(call.officer(), call, call.params.centre, {
        type: 'EndStaffAssignment',
        assignment: ordinal('assignment', call.params.assignment),
        ...call.body,
      }),
    ),
    on(routes.centre, async ({ officer, actions: [action], params, query }) => {
      const { units } = await centres.context();
      requireAccess(officer(), action, { named: params.centre }, units);
      const centre = await centres.load(params.centre);
      const day = query.on ?? today();
      return {
        body: {
          ...centre,
          level: units.get(params.centre)?.level,
          on: day,
          open: isOpenOn(centre, day),
          ...centreOn(centre, day),
        },
        version: centre.version,
      };
    }),
    on(routes.overview, async ({ officer, actions: [action], query }) => {
      const { units } = await centres.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const all = units.within(unit);
      const start = query.cursor === undefined ? 0 : all.indexOf(Buffer.from(query.cursor, 'base64url').toString()) + 1;
      if (query.cursor !== undefined && start === 0)
        throw new InvalidCursor('The cursor does not belong to this list.');
      const shown = all.slice(start, start + query.limit);
      const day = today();
      const items = await Promise.all(
        shown.map(async (id) => {
          const [head, placed] = await Promise.all([
            records.head({ kind: 'centre', id }),
            placedWith(officer(), units, id, counted),
          ]);
          const {
            name,
            label,
            openedOn = afterEveryDay,
            closedOn,
            desks,
            staff,
          } = (head?.summary ?? {}) as CentreSummary;
          const visible = placed.items.filter(({ hidden }) => !hidden);
          const count = (status: string) => visible.filter((each) => each.status === status).length;
          return {
            unit: id,
            unitName: units.get(id)?.name,
            level: units.get(id)?.level,
            centre: head
              ? {
                  name,
                  label,
                  open: openedOn <= day && day <= (closedOn ?? afterEveryDay),
                  desks: countOn(day, desks),
                  staff: countOn(day, staff),
                }
              : null,
            matters: { open: count('open'), resolvedHere: count('resolved'), more: placed.cursor !== undefined },
          };
        }),
      );
      const last = shown.at(-1);
      const more = last !== undefined && start + shown.length < all.length;
      return { body: { items, ...(more ? { cursor: Buffer.from(last).toString('base64url') } : {}) } };
    }),

    on(routes.intake, async (call) => {
      const officer = call.officer();
      const { centre: unit } = call.params;
      const { units } = await placements.context();
      requireAccess(officer, 'RegisterPetition', {}, units);
      const number = identifiers.petitionNumber(officer.unit, clock.now());
      const { receivedOn, ...body } = call.body;
      const content = defined(body) as RegistrationContent;
      // Of a village's centre it is its petition office that takes in, and registers.
      const asked = { content, unit: officer.unit, ...(receivedOn === undefined ? {} : { receivedOn }) };
      if (content.accused !== undefined)
        return withQueryCode(hasher, await accusation(officer, call, number, unit, asked));
      const intent = { type: 'TakeInMatter', number, unit, hosts: await hosts(unit) } as const;
      const result = await placements.create(officer, call, number, unit, intent, async (now) => ({
        writes: [await registeredPetition(hasher, number, asked, now)],
        answer: { petition: number },
      }));
      return withQueryCode(hasher, result);
    }),
    on(routes.takeIn, async (call) => {
      const officer = call.officer();
      const { centre: unit } = call.params;
      const { petition: number } = call.body;
      const { units } = await placements.context();
      requireAccess(officer, call.actions[0], { named: unit }, units);
      const petition = await petitionOf(number);
      requireAccess(officer, 'ReadPetition', { petition, at: clock.now() }, units);
      const intent = { type: 'TakeInMatter', number, petition, unit, hosts: await hosts(unit) } as const;
      return placements.create(officer, call, number, unit, intent);
    }),
    on(routes.inbox, async ({ officer, actions: [action], params, query }) => {
      const { units } = await placements.context();
      requireAccess(officer(), action, { named: params.centre }, units);
      const { items, cursor } = await filledPage(
        (limit, from) => placedWith(officer(), units, params.centre, limit, from),
        ({ hidden, status }) => !hidden && (query.status === undefined || status === query.status),
        query.limit,
        query.cursor,
      );
      return {
        body: { items: items.map(({ hidden: _, ...item }) => item), ...(cursor === undefined ? {} : { cursor }) },
      };
    }),
    on(routes.placement, async ({ officer, actions: [action], params }) => {
      const [{ units }, placement] = await Promise.all([placements.context(), placements.load(params.number)]);
      const role = requireAccess(officer(), action, await standing(placement), units, 'placement');
      await recordRead({ records, clock }, officer(), role, params.number, { what: 'placement' });
      return {
        body: { ...placementView(placement, officer().unit, units), version: placement.version },
        version: placement.version,
      };
    }),
    on(routes.transferDown, async (call) => {
      const { number } = call.params;
      const [petition, open] = await Promise.all([petitionBehind(number), hosts(call.body.to)]);
      return placements.change(call.officer(), call, number, {
        type: 'TransferDown',
        ...call.body,
        petition,
        hosts: open,
      });
    }),
    on(routes.escalate, (call) =>
      placements.change(call.officer(), call, call.params.number, { type: 'EscalateUp', ...defined(call.body) }),
    ),
    on(routes.recall, (call) =>
      placements.change(call.officer(), call, call.params.number, { type: 'RecallMatter', ...call.body }),
    ),
    on(routes.report, (call) =>
      placements.change(call.officer(), call, call.params.number, { type: 'ReportOnMatter', ...call.body }),
    ),
    on(routes.resolve, (call) =>
      placements.change(call.officer(), call, call.params.number, { type: 'ResolveAtLevel', ...call.body }),
    ),
  ]);
};
