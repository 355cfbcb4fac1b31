import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal } from '../../domain/errors.ts';
import { type Grid, type GridEvent, gridOn, gridStream } from '../../domain/grid/grid.ts';
import { needStream } from '../../domain/grid/need.ts';
import { needStatus } from '../../domain/grid/need-views.ts';
import { fallsOn, nextOpenDay, serviceCounts } from '../../domain/grid/services.ts';
import { requireKnownPerson, standingOf } from '../../domain/organisation/people.ts';
import { outcomeFor } from '../../domain/petition/origin.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, Identifiers, LookupHasher, RecordStore } from '../../domain/ports.ts';
import { requireAccess } from '../shared/access.ts';
import { areaPage } from '../shared/area-page.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import { peopleInPosts } from '../shared/people.ts';
import { createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import { askedOf, promotedPetition, withQueryCode } from '../shared/promotion.ts';
import { recordRead } from '../shared/reads.ts';
import * as routes from './routes.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly records: RecordStore;
  readonly hasher: LookupHasher;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

/** What grid workers and the village do: grids, needs, services, and the petition that a need may become. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, hasher, identifiers, clock } = dependencies;
  const gridCommands = createPlainCommands(dependencies, gridStream);
  const needCommands = createPlainCommands(dependencies, needStream);
  const today = (): string => legalDay(clock.now());

  /**
   * The hash under which a report is filed. A phone with a bad connection may send it again under another key, when its first
   * answer was lost with the page. @throws Refusal with the number, where the same worker reported the same of that day
   */
  const unlessReported = async (officer: string, grid: string, on: string, report: object): Promise<string> => {
    const said = Object.entries(report).sort(([a], [b]) => (a < b ? -1 : 1));
    const hash = await hasher.hash('report', JSON.stringify([officer, grid, on, said]));
    const [same] = (await records.findByLookup(hash)).filter(({ kind }) => kind === 'need');
    if (same) throw new Refusal('already-decided', `You have reported this of ${on} already, as ${same.id}.`);
    return hash;
  };

  return httpApi([
    on(routes.defineGrid, (call) => {
      const officer = call.officer();
      const { unit = officer.unit, code, ...version } = defined(call.body);
      return gridCommands.create(officer, call, code, unit, { type: 'DefineGrid', code, unit, ...version });
    }),
    on(routes.redrawGrid, (call) =>
      gridCommands.change(call.officer(), call, call.params.grid, { type: 'RedrawGrid', ...defined(call.body) }),
    ),
    on(routes.closeGrid, (call) =>
      gridCommands.change(call.officer(), call, call.params.grid, { type: 'CloseGrid', ...call.body }),
    ),
    on(routes.appoint, (call) =>
      gridCommands.change(
        call.officer(),
        call,
        call.params.grid,
        { type: 'AppointGridWorker', ...defined(call.body) },
        async ({ unit = '' }, { context: { units } }) => {
          const { officer, post, from } = call.body;
          // Workers often hold no post; a head is one of the village, or of the unit above it.
          if (post !== '网格长') return { writes: [] };
          const seats = [unit, ...units.superiorsOf(unit).slice(0, 1)];
          const recorded = await Promise.all(seats.map((seat) => peopleInPosts(records, seat, from)));
          const standing = standingOf(officer, recorded);
          requireKnownPerson(standing, '/officer');
          return { writes: [], ...(standing === 'unconfirmed' ? { answer: { unconfirmed: ['officer'] } } : {}) };
        },
      ),
    ),
    on(routes.endAppointment, (call) =>
      gridCommands.change(call.officer(), call, call.params.grid, {
        type: 'EndGridAppointment',
        appointment: ordinal('appointment', call.params.appointment),
        ...call.body,
      }),
    ),
    on(routes.grids, async ({ officer, actions: [action], query }) => {
      const { units } = await gridCommands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const { items, cursor } = await records.listed('grid', unit, beforeEveryDay, query.limit, query.cursor);
      return { body: { items: items.map(({ summary }) => summary), ...(cursor === undefined ? {} : { cursor }) } };
    }),
    on(routes.grid, async ({ officer, actions: [action], params, query }) => {
      const [{ units }, grid] = await Promise.all([gridCommands.context(), gridCommands.load(params.grid)]);
      requireAccess(officer(), action, grid.unit === undefined ? {} : { named: grid.unit }, units);
      const day = query.on ?? today();
      return { body: { ...grid, on: day, drawn: gridOn(grid, day) ?? null }, version: grid.version };
    }),

    on(routes.report, async (call) => {
      const officer = call.officer();
      const { grid: code, reportedOn = today(), ...report } = defined(call.body);
      const { units } = await needCommands.context();
      // Who may not report at all learns nothing of grids either.
      requireAccess(officer, 'ReportNeed', { named: officer.unit }, units);
      const { events } = await records.load({ kind: 'grid', id: code });
      const grid = foldPlain<Grid, GridEvent>(gridStream, events);
      if (grid.unit === undefined) {
        throw new Refusal('rule-violated', `There is no grid ${code}.`, { pointer: '/grid' });
      }
      const id = identifiers.petitionNumber(grid.unit, clock.now());
      const intent = { type: 'ReportNeed', id, grid, reportedOn, ...report } as const;
      return needCommands.create(officer, call, id, grid.unit, intent, async () => ({
        writes: [],
        lookups: [await unlessReported(officer.id, code, reportedOn, report)],
      }));
    }),
    on(routes.needs, async ({ officer, actions: [action], query }) => {
      const { units } = await needCommands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const inUnit = (each: string, wanted: number, after?: string) =>
        filledPage(
          (limit, from) => records.listed('need', each, query.from ?? beforeEveryDay, limit, from),
          ({ summary }) => {
            const { status, services } = summary as { status?: string; services?: { missed: number } };
            return (
              (query.status === undefined || status === query.status) &&
              (query.missed === undefined || (services?.missed ?? 0) > 0)
            );
          },
          wanted,
          after,
        );
      const { items, cursor } =
        query.below === 'true'
          ? await areaPage(units.within(unit), inUnit, query.limit, query.cursor)
          : await inUnit(unit, query.limit, query.cursor);
      return {
        body: {
          items: items.map(({ stream, summary }) => ({ number: stream.id, ...summary })),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),
    on(routes.need, async ({ officer, actions: [action], params }) => {
      const [{ units, calendar }, need] = await Promise.all([needCommands.context(), needCommands.load(params.need)]);
      const role = requireAccess(officer(), action, need.unit === undefined ? {} : { named: need.unit }, units);
      await recordRead({ records, clock }, officer(), role, params.need, { what: 'need' });
      const { promoted, services, ...rest } = need;
      const day = today();
      const head = promoted && (await records.head({ kind: 'petition', id: promoted.petition }));
      return {
        body: {
          ...rest,
          number: need.id,
          status: needStatus(need),
          services: services.map((service, index) => ({ service: index + 1, ...service })),
          counts: serviceCounts(services),
          dueToday: services.flatMap((service, index) =>
            fallsOn(service, day, calendar) && service.days[day] === undefined ? [index + 1] : [],
          ),
          nextDay: nextOpenDay(services, calendar) ?? null,
          // The number went to whoever promoted it, for the petitioner. What became of it is told without.
          ...(promoted ? { promoted: { on: promoted.on, outcome: outcomeFor(head?.summary ?? {}) } } : {}),
        },
        version: need.version,
      };
    }),
    on(routes.resolve, (call) => {
      const { how, resolvedOn = today() } = call.body;
      return needCommands.change(call.officer(), call, call.params.need, { type: 'ResolveLocally', how, resolvedOn });
    }),
    on(routes.decideServices, (call) => {
      const { decidedOn = today(), ...decision } = call.body;
      const intent = { type: 'DecideServices', decidedOn, ...decision } as const;
      return needCommands.change(call.officer(), call, call.params.need, intent);
    }),
    on(routes.recordServices, (call) =>
      needCommands.add(call.officer(), call, call.params.need, { type: 'RecordServices', ...call.body }),
    ),
    on(routes.explainMissed, (call) =>
      needCommands.change(call.officer(), call, call.params.need, { type: 'ExplainMissed', ...call.body }),
    ),
    on(routes.endServices, (call) =>
      needCommands.change(call.officer(), call, call.params.need, { type: 'EndServices', ...call.body }),
    ),
    on(routes.promote, async (call) => {
      const officer = call.officer();
      const petition = identifiers.petitionNumber(officer.unit, clock.now());
      const intent = { type: 'PromoteNeed', petition, ...askedOf(call.body) } as const;
      const result = await needCommands.change(officer, call, call.params.need, intent, async (need, now) => {
        const origin = { kind: 'need', id: call.params.need } as const;
        const unit = need.unit ?? officer.unit;
        return {
          writes: [await promotedPetition(hasher, petition, call.body, { source: 'grid', origin, unit }, now)],
          answer: { petition },
        };
      });
      return withQueryCode(hasher, result);
    }),
  ]);
};
