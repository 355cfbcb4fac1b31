import type { Action } from '../../domain/access/policy.ts';
import { decideAccess } from '../../domain/access/policy.ts';
import { handlingUnit } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { beforeEveryDay, legalDay, plusDays } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal } from '../../domain/errors.ts';
import { firstWithLeader, standingOf } from '../../domain/organisation/people.ts';
import { backlogReasonsOf } from '../../domain/petition/backlog.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import { type MatterRow, matterRow } from '../../domain/petition/sponsorship-views.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import { absent, requireAccess } from '../shared/access.ts';
import type { Commands } from '../shared/commands.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { peopleOfUnit } from '../shared/people.ts';
import { timesBroughtOf } from '../shared/repeat-chain.ts';
import { listOfOffices } from './offices.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly records: RecordStore;
  readonly clock: Clock;
}

interface Asked {
  readonly unit?: string | undefined;
  readonly below?: 'true' | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How many stretches of the list one request looks through for what it may show. */
const mostLooks = 10;

/** Sponsorship (领导包案) from the proposal to the signatures, old cases (积案), and the board of both. */
export const createHandler = ({ commands, records, clock }: Dependencies) => {
  /** One page of a list, with what this officer may read of it and what is asked for. */
  const list = async (
    officer: Officer,
    action: Action,
    { unit = officer.unit, below, limit, cursor }: Asked,
    listedUntil: (today: string, ageDays: number) => string,
    wanted: (row: MatterRow) => boolean,
  ) => {
    const { units, configuration } = await commands.context();
    requireAccess(officer, action, { named: unit }, units);
    const today = legalDay(clock.now());
    const offices = below
      ? units.within(unit).map((each) => units.petitionOfficeOf(each))
      : [units.petitionOfficeOf(unit)];
    const until = listedUntil(today, configuration.backlog.ageDays);
    const rows = new Map<string, MatterRow>();
    const { items, cursor: next } = await filledPage(
      listOfOffices(records, [...new Set(offices)].sort(), until),
      async ({ id }) => {
        // Nothing personal is needed to judge it.
        const petition = foldPetition((await records.stored({ kind: 'petition', id })).events);
        if (!decideAccess(officer, 'ReadPetition', { petition }, units).allowed) return false;
        const brought = await timesBroughtOf(records, petition);
        const reasons = backlogReasonsOf(petition, configuration, today, brought);
        const row = matterRow(petition, reasons, today, units, brought);
        rows.set(id, row);
        return wanted(row);
      },
      limit,
      cursor,
      mostLooks,
    );
    const titles = await records.titles(items);
    return {
      body: {
        items: items.map(({ kind, id }) => ({ ...rows.get(id), title: titles.get(`${kind}/${id}`) ?? '' })),
        ...(next === undefined ? {} : { cursor: next }),
      },
    };
  };

  return httpApi([
    on(routes.propose, async (call) => {
      const { number } = call.params;
      const officer = call.officer();
      const { units } = await commands.context();
      const petition = foldPetition((await records.stored({ kind: 'petition', id: number })).events);
      const { registration } = petition;
      if (!registration) throw new Refusal('not-found', absent('petition'));
      const { sponsor, team } = call.body;
      const leading = units.leadershipOf(units.petitionOfficeOf(registration.unit));
      const governments = units.superiorsOf(leading).filter((each) => units.get(each)?.kind === 'government');
      // He may sit above the office, or where the matter is worked on.
      const handling = handlingUnit(petition);
      const elsewhere = [...(handling === undefined ? [] : [handling]), ...team].map((unit) =>
        units.leadershipOf(unit),
      );
      const seats = [...new Set([leading, ...governments, ...elsewhere])];
      const today = legalDay(clock.now());
      const recorded = await Promise.all(seats.map((unit) => peopleOfUnit(records, unit, today)));
      const line = [leading, ...governments].map((unit) => ({ unit, recorded: recorded[seats.indexOf(unit)] }));
      const approver = firstWithLeader(line, [sponsor, officer.id, ...petition.recused]);
      const standing = standingOf(sponsor, recorded);
      return commands.change(
        officer,
        call,
        number,
        {
          type: 'ProposeSponsor',
          ...call.body,
          brought: await timesBroughtOf(records, petition),
          standing,
          ...(approver === undefined ? {} : { approver }),
        },
        undefined,
        undefined,
        undefined,
        standing === 'unconfirmed' ? { unconfirmed: ['sponsor'] } : {},
      );
    }),
    on(routes.decide, (call) => {
      const { decision, ...content } = defined(call.body);
      return commands.change(
        call.officer(),
        call,
        call.params.number,
        'reason' in content ? { type: 'ReturnSponsor', ...content } : { type: 'ApproveSponsor', ...content },
      );
    }),
    on(routes.plan, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'PlanResolution', ...call.body }),
    ),
    on(routes.report, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ReportProgress', ...call.body }),
    ),
    on(routes.visit, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordReturnVisit', ...call.body }),
    ),
    on(routes.request, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RequestResolution', ...call.body }),
    ),
    on(routes.sign, (call) => {
      const { decision, ...content } = defined(call.body);
      return commands.change(
        call.officer(),
        call,
        call.params.number,
        'reason' in content ? { type: 'ReturnResolution', ...content } : { type: 'SignResolution', ...content },
      );
    }),
    on(routes.designate, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DesignateBacklog', ...defined(call.body) }),
    ),
    on(routes.lift, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'LiftBacklog', ...call.body }),
    ),
    on(routes.backlog, ({ officer, actions: [action], query }) =>
      list(
        officer(),
        action,
        query,
        (today, ageDays) => plusDays(today, -ageDays),
        ({ reasons, sponsorship }) =>
          (query.reason === undefined ? reasons.length > 0 : reasons.includes(query.reason)) &&
          (query.sponsored === undefined || (sponsorship?.sponsor !== undefined) === (query.sponsored === 'true')),
      ),
    ),
    on(routes.board, ({ officer, actions: [action], query }) =>
      list(
        officer(),
        action,
        query,
        () => beforeEveryDay,
        ({ sponsorship }) =>
          sponsorship !== undefined &&
          (query.sponsor === undefined || [sponsorship.sponsor, sponsorship.proposed].includes(query.sponsor)) &&
          (query.overdue === undefined || sponsorship.overdue),
      ),
    ),
  ]);
};
