import { type Calendar, plusDays } from '../calendar/calendar.ts';

/** On which days a service falls due: every day, every working day of the State Council's calendar, or on weekdays (1 Monday to 7 Sunday). */
export type Recurrence =
  | { readonly every: 'day' | 'working-day' }
  | { readonly every: 'week'; readonly weekdays: readonly number[] };

/** Something that is done again and again for one household, as the village has decided. */
export interface ServicePlan {
  /** A code of the village's own list; who lives there stands in that list, not here. */
  readonly household: string;
  readonly what: string;
  readonly recurrence: Recurrence;
  /** Legal days, both included. A decision is for a period; another one goes on. */
  readonly from: string;
  readonly until: string;
}

/** Longest period of one decision, in days; the village decides anew afterwards. */
export const longestServiceDays = 366;

/**
 * What became of one day: done; missed, as a worker said or the sweep found; done after all, where the worker could only
 * say so after the sweep had passed.
 */
export type ServiceDay = 'done' | 'missed' | 'done-after-all';

export interface Service extends ServicePlan {
  readonly days: Readonly<Record<string, ServiceDay>>;
}

/** 1 Monday to 7 Sunday. */
const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** Does the service fall due on this legal day? */
export const fallsOn = ({ recurrence, from, until }: ServicePlan, day: string, calendar: Calendar): boolean => {
  if (day < from || day > until) return false;
  switch (recurrence.every) {
    case 'day':
      return true;
    case 'working-day':
      return calendar.isWorkingDay(day);
    case 'week':
      return recurrence.weekdays.includes(weekdayOf(day));
  }
};

/** Days up to and including `until` on which the service falls due and of which nothing is known, earliest first. */
export function* openDays(service: Service, until: string, calendar: Calendar): Generator<string> {
  const last = until < service.until ? until : service.until;
  for (let day = service.from; day <= last; day = plusDays(day, 1)) {
    if (service.days[day] === undefined && fallsOn(service, day, calendar)) yield day;
  }
}

/** The next day on which something is to be done, or is still to be told. */
export const nextOpenDay = (services: readonly Service[], calendar: Calendar): string | undefined =>
  services
    .flatMap((service) => {
      const [day] = openDays(service, service.until, calendar);
      return day === undefined ? [] : [day];
    })
    .sort()[0];

/** How often it was done, and how often not, over all services. */
export const serviceCounts = (services: readonly Service[]): { readonly done: number; readonly missed: number } => {
  const all = services.flatMap(({ days }) => Object.values(days));
  const missed = all.filter((each) => each === 'missed').length;
  return { done: all.length - missed, missed };
};
