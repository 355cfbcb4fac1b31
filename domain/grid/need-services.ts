import { legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { Context } from '../petition/state.ts';
import { requireMinimal } from './minimal.ts';
import { type Need, type NeedCommand, type NeedEvent, reported, requirePast } from './need-state.ts';
import { fallsOn, longestServiceDays, nextOpenDay, openDays, type Service, type ServicePlan } from './services.ts';

/** What is done again and again about a need: decided, recorded day by day, missed, explained, ended. */
type ServiceCommand = Extract<
  NeedCommand,
  { type: 'DecideServices' | 'RecordServices' | 'SweepServices' | 'ExplainMissed' | 'EndServices' }
>;
export type ServiceEvent = Extract<
  NeedEvent,
  { type: 'ServicesDecided' | 'ServicesRecorded' | 'ServicesMissed' | 'MissedExplained' | 'ServicesEnded' }
>;

/** Days whose missed services one pass of the sweep notes; the rest waits for the next. */
const sweptDays = 20;

const serviceOf = ({ services }: Need, number: number, pointer: string): Service => {
  const service = services[number - 1];
  if (!service) throw new Refusal('not-found', `There is no service ${String(number)}.`, { pointer });
  return service;
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
export const decideNeedServices = (command: ServiceCommand, need: Need, context: Context): readonly NeedEvent[] => {
  const today = legalDay(command.at);
  switch (command.type) {
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

/** Days stay to be explained while a missed service is left on them. */
const stillUnexplained = (need: Need, day: string): readonly string[] =>
  need.services.some(({ days }) => days[day] === 'missed')
    ? need.unexplained
    : need.unexplained.filter((each) => each !== day);

const noting = (days: readonly string[], day: string): readonly string[] =>
  days.includes(day) ? days : [...days, day].sort();

/** Folds what became of services into the need. */
export const evolveNeedServices = (need: Need, event: ServiceEvent): Need => {
  switch (event.type) {
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
  }
};

/** On which legal day the sweep finds the next day missed, if nobody has said anything by then. */
export const timerOf = (need: Need, { calendar, configuration }: Context): string | undefined => {
  const next = nextOpenDay(need.services, calendar);
  return next === undefined ? undefined : plusDays(next, 1 + configuration.serviceRecords.days);
};
