import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { requireConsent } from '../petition/origin.ts';
import type { Context } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import { gridOn, postOn } from './grid.ts';
import { namesOf, requireMinimal } from './minimal.ts';
import { decideNeedServices, evolveNeedServices, timerOf } from './need-services.ts';
import { initialNeed, type Need, type NeedCommand, type NeedEvent, reported, requirePast } from './need-state.ts';
import { needSummary, tasksOfNeed } from './need-views.ts';

const requireWaiting = ({ resolved, promoted }: Need): void => {
  if (resolved) throw new Refusal('already-decided', `The need was met on the spot on ${resolved.on}.`);
  if (promoted) throw new Refusal('already-decided', `The need became a petition on ${promoted.on}.`);
};

const report = (
  { id, grid, domain, need, count, location, reportedOn, by, at }: Extract<NeedCommand, { type: 'ReportNeed' }>,
  state: Need,
): readonly NeedEvent[] => {
  if (state.report) throw new Refusal('already-decided', 'The need is reported already.');
  const { unit, code } = grid;
  if (unit === undefined) throw new Refusal('rule-violated', 'There is no such grid.', { pointer: '/grid' });
  if (reportedOn > legalDay(at)) {
    throw new Refusal('rule-violated', 'A need cannot be reported before it is seen.', { pointer: '/reportedOn' });
  }
  const version = gridOn(grid, reportedOn);
  if (!version) {
    throw new Refusal('rule-violated', `The grid ${code} is not there on ${reportedOn}.`, { pointer: '/reportedOn' });
  }
  if (postOn(grid, by.id, reportedOn) === undefined) {
    throw new Refusal('not-permitted', `You do not work in the grid ${code} on ${reportedOn}.`);
  }
  requireMinimal({ need, location });
  const { name, boundary, validFrom } = version;
  return [
    {
      type: 'NeedReported',
      data: {
        id,
        unit,
        grid: { code, name, boundary, validFrom },
        report: { domain, need, count, location, reportedOn },
      },
    },
  ];
};

/** @throws Refusal when the rules do not allow it. */
export const decideNeed = (command: NeedCommand, need: Need, context: Context): readonly NeedEvent[] => {
  const today = legalDay(command.at);
  if (command.type === 'ReportNeed') return report(command, need);
  const { reportedOn } = reported(need);
  if (need.erasedOn !== undefined) {
    if (command.type === 'SweepServices') return [];
    throw new Refusal('erased', `What was written of this need was erased on ${need.erasedOn}.`);
  }
  switch (command.type) {
    case 'ResolveLocally':
      requireWaiting(need);
      requirePast(command.resolvedOn, reportedOn, today, '/resolvedOn');
      requireMinimal({ how: command.how });
      return [{ type: 'NeedResolvedLocally', data: { how: command.how, on: command.resolvedOn } }];
    case 'PromoteNeed': {
      requireWaiting(need);
      const { petition, petitioner, consent } = command;
      requireConsent(petitioner, consent, today);
      if (consent === undefined) {
        throw new Refusal('rule-violated', 'A need becomes a petition only when whoever has it wants that.', {
          pointer: '/consent',
          basis: 'P13',
        });
      }
      requireMinimal({ 'consent/how': consent.how }, namesOf(petitioner));
      return [{ type: 'NeedPromoted', data: { petition, on: today, consent } }];
    }
    default:
      return decideNeedServices(command, need, context);
  }
};

/** With the petition that it became (PIPL Art. 47); not while anything is still done for the household. */
export const eraseNeed = ({ services, promoted, erasedOn }: Need, on: string): readonly NeedEvent[] =>
  promoted === undefined || erasedOn !== undefined || services.some(({ until }) => until >= on)
    ? []
    : [{ type: 'NeedErased', data: { on, basis: 'P47' } }];

const apply = (need: Need, event: NeedEvent): Need => {
  switch (event.type) {
    case 'NeedReported': {
      const { id, unit, grid, report: content } = event.data;
      return { ...need, id, unit, grid, report: content };
    }
    case 'NeedResolvedLocally':
      return { ...need, resolved: event.data };
    case 'NeedPromoted':
      return { ...need, promoted: { petition: event.data.petition, on: event.data.on } };
    case 'NeedErased':
      return { ...need, erasedOn: event.data.on, unexplained: [] };
    default:
      return evolveNeedServices(need, event);
  }
};

/** Folds one fact into the need. */
export const evolveNeed = (need: Need, event: NeedEvent): Need => ({
  ...apply(need, event),
  version: need.version + 1,
});

export const needStream: PlainStream<Need, NeedCommand, NeedEvent> = {
  kind: 'need',
  initial: initialNeed,
  decide: decideNeed,
  evolve: evolveNeed,
  head: (need, context) => {
    const timer = timerOf(need, context);
    return {
      summary: needSummary(need),
      listed: { unit: need.unit ?? '', day: need.report?.reportedOn ?? '' },
      title: `网格需求 · ${need.report?.domain ?? ''} · ${need.grid?.name ?? ''}`,
      ...(timer === undefined ? {} : { timer }),
    };
  },
  tasks: (need, { calendar }) => tasksOfNeed(need, calendar),
  unitOf: ({ unit }) => unit,
};
