import { legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Consent, requireConsent } from '../petition/origin.ts';
import type { Context, Issued, Petitioner } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import { noDue } from '../workflow/steps.ts';
import type { Task } from '../workflow/tasks.ts';
import { type Grid, type GridVersion, gridOn, postOn } from './grid.ts';
import { namesOf, requireMinimal } from './minimal.ts';
import {
  fallsOn,
  longestServiceDays,
  nextOpenDay,
  openDays,
  type Service,
  type ServicePlan,
  serviceCounts,
} from './services.ts';

/** What one net is for: seven fields of service and administration, one worker for all of them (一网统管). */
export const needDomains = ['党建', '政法', '民政', '城管', '市场监管', '卫生健康', '应急管理'] as const;

/** What a worker found in the grid. No field for a name, a diagnosis or a judgement of a person: there is nothing to fill in. */
export interface NeedReport {
  readonly domain: (typeof needDomains)[number];
  readonly need: string;
  /** Persons concerned. */
  readonly count: number;
  readonly location: string;
  /** Legal day on which the worker saw it; a phone without a net reports later. */
  readonly reportedOn: string;
}

/** A need (需求) that a grid worker reported. */
export interface Need {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly report?: NeedReport;
  /** The grid as it was drawn on the day of the report. */
  readonly grid?: { readonly code: string } & GridVersion;
  readonly services: readonly Service[];
  /** Missed days that the village has still to look into. */
  readonly unexplained: readonly string[];
  /** Met on the spot (就地解决): never a petition, no clock. */
  readonly resolved?: { readonly how: string; readonly on: string };
  readonly promoted?: { readonly petition: string; readonly on: string };
  /** Its key was destroyed on this day, for itself or with the petition that it became. */
  readonly erasedOn?: string;
}

export type NeedCommand = Issued &
  (
    | ({
        readonly type: 'ReportNeed';
        readonly id: string;
        /** The grid, as the record has it. */
        readonly grid: Grid;
      } & NeedReport)
    | { readonly type: 'ResolveLocally'; readonly how: string; readonly resolvedOn: string }
    | {
        readonly type: 'DecideServices';
        readonly decision: string;
        readonly decidedOn: string;
        readonly services: readonly ServicePlan[];
      }
    | {
        readonly type: 'RecordServices';
        readonly day: string;
        readonly done: readonly number[];
        readonly missed: readonly { readonly service: number; readonly reason: string }[];
      }
    | { readonly type: 'ExplainMissed'; readonly day: string; readonly account: string }
    | {
        readonly type: 'EndServices';
        readonly services: readonly number[];
        readonly lastDay: string;
        readonly reason: string;
      }
    | { readonly type: 'SweepServices' }
    | {
        readonly type: 'PromoteNeed';
        readonly petition: string;
        readonly petitioner: Petitioner;
        readonly consent?: Consent;
      }
  );

export type NeedEvent =
  | {
      readonly type: 'NeedReported';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly grid: { readonly code: string } & GridVersion;
        readonly report: NeedReport;
      };
    }
  | { readonly type: 'NeedResolvedLocally'; readonly data: { readonly how: string; readonly on: string } }
  | {
      readonly type: 'ServicesDecided';
      readonly data: {
        readonly decision: string;
        readonly decidedOn: string;
        readonly services: readonly ({ readonly service: number } & ServicePlan)[];
      };
    }
  | {
      readonly type: 'ServicesRecorded';
      readonly data: {
        readonly day: string;
        readonly done: readonly number[];
        readonly missed: readonly { readonly service: number; readonly reason: string }[];
      };
    }
  | {
      readonly type: 'ServicesMissed';
      readonly data: { readonly day: string; readonly services: readonly number[] };
    }
  | { readonly type: 'MissedExplained'; readonly data: { readonly day: string; readonly account: string } }
  | {
      readonly type: 'ServicesEnded';
      readonly data: { readonly services: readonly number[]; readonly lastDay: string; readonly reason: string };
    }
  | {
      readonly type: 'NeedPromoted';
      readonly data: { readonly petition: string; readonly on: string; readonly consent: Consent };
    }
  | { readonly type: 'NeedErased'; readonly data: { readonly on: string; readonly basis: 'P47' } };

export const initialNeed: Need = { id: '', version: 0, services: [], unexplained: [] };

/** Days whose missed services one pass of the sweep notes; the rest waits for the next. */
const sweptDays = 20;

const reported = (need: Need): NeedReport => {
  if (!need.report) throw new Refusal('not-found', 'There is no such report.');
  return need.report;
};

const requireWaiting = ({ resolved, promoted }: Need): void => {
  if (resolved) throw new Refusal('already-decided', `The need was met on the spot on ${resolved.on}.`);
  if (promoted) throw new Refusal('already-decided', `The need became a petition on ${promoted.on}.`);
};

const requirePast = (day: string, from: string, today: string, pointer: string): void => {
  if (day < from || day > today) {
    throw new Refusal('rule-violated', `It lies between ${from} and today.`, { pointer });
  }
};

const serviceOf = ({ services }: Need, number: number, pointer: string): Service => {
  const service = services[number - 1];
  if (!service) throw new Refusal('not-found', `There is no service ${String(number)}.`, { pointer });
  return service;
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

const decideServices = (
  { decision, decidedOn, services, at }: Extract<NeedCommand, { type: 'DecideServices' }>,
  need: Need,
  { calendar }: Pick<Context, 'calendar'>,
): readonly NeedEvent[] => {
  requirePast(decidedOn, reported(need).reportedOn, legalDay(at), '/decidedOn');
  requireMinimal({ decision });
  const known: ServicePlan[] = [...need.services];
  for (const [index, plan] of services.entries()) {
    const pointer = `/services/${String(index)}`;
    const { household, what, from, until } = plan;
    requireMinimal({ [`services/${String(index)}/what`]: what });
    if (from < decidedOn) {
      throw new Refusal('rule-violated', 'A service begins when it has been decided.', { pointer: `${pointer}/from` });
    }
    if (until < from || until > plusDays(from, longestServiceDays - 1)) {
      throw new Refusal('rule-violated', `A service ends within ${String(longestServiceDays)} days.`, {
        pointer: `${pointer}/until`,
      });
    }
    if ([...openDays({ ...plan, days: {} }, until, calendar)].length === 0) {
      throw new Refusal('rule-violated', 'It falls on no day of its period.', { pointer: `${pointer}/recurrence` });
    }
    const same = known.find(
      (each) => each.household === household && each.what === what && each.from <= until && from <= each.until,
    );
    if (same) {
      throw new Refusal('already-decided', `${household} has this service from ${same.from} to ${same.until}.`, {
        pointer,
      });
    }
    known.push(plan);
  }
  const first = need.services.length + 1;
  return [
    {
      type: 'ServicesDecided',
      data: { decision, decidedOn, services: services.map((plan, index) => ({ service: first + index, ...plan })) },
    },
  ];
};

/** What is said already drops out, since phones repeat; what contradicts it is refused. */
const record = (
  { day, done, missed, at }: Extract<NeedCommand, { type: 'RecordServices' }>,
  need: Need,
  { calendar }: Pick<Context, 'calendar'>,
): readonly NeedEvent[] => {
  const { reportedOn } = reported(need);
  requirePast(day, reportedOn, legalDay(at), '/day');
  const mentioned = [...done, ...missed.map(({ service }) => service)];
  if (new Set(mentioned).size < mentioned.length) {
    throw new Refusal('rule-violated', 'A service is named once.', { pointer: '/done' });
  }
  const check = (service: number, pointer: string): Service => {
    const known = serviceOf(need, service, pointer);
    if (!fallsOn(known, day, calendar) && known.days[day] === undefined) {
      throw new Refusal('rule-violated', `The service ${String(service)} does not fall on ${day}.`, { pointer });
    }
    return known;
  };
  const newlyDone = done.filter((service, index) => {
    const before = check(service, `/done/${String(index)}`).days[day];
    return before === undefined || before === 'missed';
  });
  const newlyMissed = missed.filter(({ service, reason }, index) => {
    const pointer = `/missed/${String(index)}`;
    requireMinimal({ [`missed/${String(index)}/reason`]: reason });
    const before = check(service, pointer).days[day];
    if (before === 'done' || before === 'done-after-all') {
      throw new Refusal('already-decided', `The service ${String(service)} was done on ${day}.`, { pointer });
    }
    return before === undefined;
  });
  if (newlyDone.length + newlyMissed.length === 0) {
    throw new Refusal('already-decided', `All of this is known of ${day}.`);
  }
  return [{ type: 'ServicesRecorded', data: { day, done: newlyDone, missed: newlyMissed } }];
};

/** Days of which nobody has said anything in time, the earliest first. */
const sweep = (need: Need, today: string, { calendar, configuration }: Context): readonly NeedEvent[] => {
  const until = plusDays(today, -1 - configuration.serviceRecords.days);
  const byDay = new Map<string, number[]>();
  for (const [index, service] of need.services.entries()) {
    for (const day of openDays(service, until, calendar)) byDay.set(day, [...(byDay.get(day) ?? []), index + 1]);
  }
  return [...byDay]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, sweptDays)
    .map(([day, services]) => ({ type: 'ServicesMissed', data: { day, services } }));
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
    case 'DecideServices':
      return decideServices(command, need, context);
    case 'RecordServices':
      return record(command, need, context);
    case 'SweepServices':
      return sweep(need, today, context);
    case 'ExplainMissed': {
      const { day, account } = command;
      if (!need.unexplained.includes(day)) {
        throw new Refusal('not-the-step', `Nothing waits to be explained of ${day}.`, { pointer: '/day' });
      }
      requireMinimal({ account });
      return [{ type: 'MissedExplained', data: { day, account } }];
    }
    case 'EndServices': {
      const { services, lastDay, reason } = command;
      // What was due until yesterday stays due: it was done, or it was missed.
      if (lastDay < plusDays(today, -1)) {
        throw new Refusal('rule-violated', 'A service ends yesterday at the earliest.', { pointer: '/lastDay' });
      }
      for (const [index, service] of services.entries()) {
        const pointer = `/services/${String(index)}`;
        if (serviceOf(need, service, pointer).until <= lastDay) {
          throw new Refusal('already-decided', `The service ${String(service)} ends before that.`, { pointer });
        }
      }
      requireMinimal({ reason });
      return [{ type: 'ServicesEnded', data: { services, lastDay, reason } }];
    }
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
  }
};

const withDays = (
  services: readonly Service[],
  day: string,
  outcome: (number: number, before: Service['days'][string] | undefined) => Service['days'][string] | undefined,
): readonly Service[] =>
  services.map((service, index) => {
    const state = outcome(index + 1, service.days[day]);
    return state === undefined ? service : { ...service, days: { ...service.days, [day]: state } };
  });

/** With the petition that it became (PIPL Art. 47); not while anything is still done for the household. */
export const eraseNeed = ({ services, promoted, erasedOn }: Need, on: string): readonly NeedEvent[] =>
  promoted === undefined || erasedOn !== undefined || services.some(({ until }) => until >= on)
    ? []
    : [{ type: 'NeedErased', data: { on, basis: 'P47' } }];

/** Days stay to be explained while a missed service is left on them. */
const stillUnexplained = (need: Need, day: string): readonly string[] =>
  need.services.some(({ days }) => days[day] === 'missed')
    ? need.unexplained
    : need.unexplained.filter((each) => each !== day);

const noting = (days: readonly string[], day: string): readonly string[] =>
  days.includes(day) ? days : [...days, day].sort();

const apply = (need: Need, event: NeedEvent): Need => {
  switch (event.type) {
    case 'NeedReported': {
      const { id, unit, grid, report: content } = event.data;
      return { ...need, id, unit, grid, report: content };
    }
    case 'NeedResolvedLocally':
      return { ...need, resolved: event.data };
    case 'ServicesDecided':
      return {
        ...need,
        services: [...need.services, ...event.data.services.map(({ service: _, ...plan }) => ({ ...plan, days: {} }))],
      };
    case 'ServicesRecorded': {
      const { day, done, missed } = event.data;
      const absent = missed.map(({ service }) => service);
      const services = withDays(need.services, day, (number, before) => {
        if (done.includes(number)) return before === 'missed' ? 'done-after-all' : 'done';
        return absent.includes(number) ? 'missed' : undefined;
      });
      const after = { ...need, services };
      const unexplained = absent.length > 0 ? noting(need.unexplained, day) : stillUnexplained(after, day);
      return { ...after, unexplained };
    }
    case 'ServicesMissed': {
      const { day, services } = event.data;
      return {
        ...need,
        services: withDays(need.services, day, (number) => (services.includes(number) ? 'missed' : undefined)),
        unexplained: noting(need.unexplained, day),
      };
    }
    case 'MissedExplained':
      return { ...need, unexplained: need.unexplained.filter((day) => day !== event.data.day) };
    case 'ServicesEnded': {
      const { services, lastDay } = event.data;
      return {
        ...need,
        services: need.services.map((service, index) =>
          services.includes(index + 1) ? { ...service, until: lastDay } : service,
        ),
      };
    }
    case 'NeedPromoted':
      return { ...need, promoted: { petition: event.data.petition, on: event.data.on } };
    case 'NeedErased':
      return { ...need, erasedOn: event.data.on, unexplained: [] };
  }
};

/** Folds one fact into the need. */
export const evolveNeed = (need: Need, event: NeedEvent): Need => ({
  ...apply(need, event),
  version: need.version + 1,
});

export const needStatuses = ['open', 'resolved-locally', 'promoted'] as const;

/** Where a need stands. Services may still run for one that is resolved. */
export const needStatus = ({ resolved, promoted }: Need): (typeof needStatuses)[number] =>
  promoted ? 'promoted' : resolved ? 'resolved-locally' : 'open';

/** What the head keeps: enough for lists and counts, and none of the texts. */
export const needSummary = (need: Need): object => ({
  status: needStatus(need),
  unit: need.unit,
  grid: need.grid?.code,
  domain: need.report?.domain,
  count: need.report?.count,
  reportedOn: need.report?.reportedOn,
  resolvedOn: need.resolved?.on,
  promotedOn: need.promoted?.on,
  ...(need.services.length === 0
    ? {}
    : { services: { ...serviceCounts(need.services), planned: need.services.length } }),
});

const tasks = (need: Need, calendar: Context['calendar']): readonly Task[] => {
  const { unit } = need;
  if (unit === undefined) return [];
  const task = (step: string, role: string, due: string): Task => ({
    stage: 'task',
    round: 1,
    step,
    audience: `${role}@${unit}`,
    due,
    excluded: [],
  });
  const next = nextOpenDay(need.services, calendar);
  const [missed] = need.unexplained;
  return [
    // No limit runs: a need is no petition.
    ...(needStatus(need) === 'open' ? [task('handle-need', 'village-officer', noDue)] : []),
    ...(next === undefined ? [] : [task('provide-services', 'grid-worker', next)]),
    ...(missed === undefined ? [] : [task('explain-missed', 'village-officer', missed)]),
  ];
};

/** On which legal day the sweep finds the next day missed, if nobody has said anything by then. */
const timerOf = (need: Need, { calendar, configuration }: Context): string | undefined => {
  const next = nextOpenDay(need.services, calendar);
  return next === undefined ? undefined : plusDays(next, 1 + configuration.serviceRecords.days);
};

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
  tasks: (need, { calendar }) => tasks(need, calendar),
  unitOf: ({ unit }) => unit,
};
