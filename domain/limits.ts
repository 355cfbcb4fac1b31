import { type Calendar, dueAfterDays, dueAfterWorkingDays, legalDay, plusDays } from './calendar/calendar.ts';

/**
 * Every limit that the law sets, once, with its article. R = 信访工作条例, M = 人民调解法.
 * Nothing here may be shorter or longer than the cited text; what the law leaves open is configuration, not a limit.
 *
 * `duty`: somebody in office must act in time; missing it opens supervision (Art. 40). `right`: the petitioner or the
 * parties may act until then; it lapses by itself.
 */
export const limits = {
  /** The petition office registers and routes. */
  forward: { days: 15, unit: 'calendar', basis: 'R22', kind: 'duty' },
  /** The organ that has the matter tells the petitioner in writing. */
  notify: { days: 15, unit: 'calendar', basis: 'R23', kind: 'duty' },
  /** The organ objects that the matter is not its own. */
  objection: { days: 5, unit: 'working', basis: 'R23', kind: 'right' },
  /** From acceptance to the opinion; only matters under Art. 31(6). */
  handling: { days: 60, unit: 'calendar', basis: 'R34', kind: 'duty' },
  /** The petitioner asks for review of the opinion. */
  'review-request': { days: 30, unit: 'calendar', basis: 'R35', kind: 'right' },
  /** The reviewing organ gives its opinion. */
  review: { days: 30, unit: 'calendar', basis: 'R35', kind: 'duty' },
  /** The petitioner asks for recheck of the review opinion. */
  'recheck-request': { days: 30, unit: 'calendar', basis: 'R36', kind: 'right' },
  /** The rechecking organ gives its opinion; the time of a hearing does not count. */
  recheck: { days: 30, unit: 'calendar', basis: 'R36', kind: 'duty' },
  /** The parties jointly ask the court to confirm a mediation agreement. */
  'judicial-confirmation': { days: 30, unit: 'calendar', basis: 'M33', kind: 'right' },
} as const satisfies Record<string, LimitRule>;

interface LimitRule {
  readonly days: number;
  readonly unit: 'calendar' | 'working';
  readonly basis: string;
  readonly kind: 'duty' | 'right';
}

/** Who says that a limit is over, whoever comes upon it: nobody but the calendar. */
export const clockId = 'clock';

/** Art. 34: the head of the organ may extend the handling once, by at most this many days. */
export const maximumExtensionDays = 30;

export type LimitName = keyof typeof limits;

/** A period that does not count, with the article or the configured local rule that says so. */
export interface Exclusion {
  /** First and last legal day that do not count. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly basis: string;
}

/**
 * A limit set by the sender or the local configuration, not by law: a hand-over's date, an urgent report. Its basis
 * names the article that lets somebody set it, or the configured source.
 */
export type SetLimitName =
  | 'hand-over-report'
  | 'urgent-report'
  | 'simple-answer'
  | 'reply'
  | 'perform-or-answer'
  | 'dispute'
  | 'sponsor-plan'
  | 'sponsor-progress'
  | 'sponsorship'
  | 'heirs-continuation'
  | 'reception-follow-up'
  | WhistleLimitName;

/** What a department that was whistled owes, in order: 签收, 联系, 到场, and the outcome where the caller has set a day. */
export type WhistleLimitName = 'whistle-acknowledge' | 'whistle-contact' | 'whistle-attend' | 'whistle-outcome';

/**
 * A running limit as a fact. Days are legal days (Asia/Shanghai); `due` is the last day that is in time. What makes the
 * due day is kept, so that it can be counted again and explained: nothing about a date has to be believed.
 */
export interface Deadline {
  readonly limit: LimitName | SetLimitName;
  readonly basis: string;
  /** The day that starts it; it does not count itself. */
  readonly from: string;
  readonly days: number;
  readonly unit: 'calendar' | 'working';
  readonly kind: 'duty' | 'right';
  readonly due: string;
  /** The instant, where hours are set and not days (Art. 25): `due` is its legal day. */
  readonly dueAt?: string;
  readonly extensionDays?: number;
  readonly exclusions?: readonly Exclusion[];
  /** `missed` stays, also when it was done late: `done` says so. */
  readonly state: 'running' | 'met' | 'missed' | 'stopped';
  readonly done?: true;
  readonly warned?: true;
}

/** Counts the due day from what makes it. A day that is left out neither counts nor can be the last one. */
export const dueOf = (
  {
    from,
    days,
    unit,
    extensionDays = 0,
    exclusions = [],
  }: Pick<Deadline, 'from' | 'days' | 'unit' | 'extensionDays' | 'exclusions'>,
  calendar: Calendar,
): string => {
  const total = days + extensionDays;
  const isExcluded = (day: string): boolean => exclusions.some((each) => day >= each.from && day <= each.to);
  if (unit === 'working') {
    return dueAfterWorkingDays(from, total, {
      isWorkingDay: (day) => calendar.isWorkingDay(day) && !isExcluded(day),
    });
  }
  if (exclusions.length === 0) return dueAfterDays(from, total, calendar);
  let day = from;
  for (let counted = 0; counted < total; ) {
    day = plusDays(day, 1);
    if (!isExcluded(day)) counted += 1;
  }
  let due = dueAfterDays(day, 0, calendar);
  while (isExcluded(due)) due = dueAfterDays(plusDays(due, 1), 0, calendar);
  return due;
};

/** Starts a limit of the law on a day. */
export const startLimit = (limit: LimitName, from: string, calendar: Calendar): Deadline => {
  const { days, unit, basis, kind } = limits[limit];
  const parts = { from, days, unit };
  return { limit, basis, ...parts, kind, due: dueOf(parts, calendar), state: 'running' };
};

/** Starts a limit that was set by somebody entitled to, ending on a given day. It does not roll: the day was chosen. */
export const setLimit = (limit: SetLimitName, from: string, due: string, basis: string): Deadline => ({
  limit,
  basis,
  from,
  days: Math.max(0, Math.round((Date.parse(due) - Date.parse(from)) / 86_400_000)),
  unit: 'calendar',
  kind: 'duty',
  due,
  state: 'running',
});

/** Starts a limit of hours (Art. 25): what counts is the instant, `due` is only the day to look at it. */
export const setHours = (limit: SetLimitName, at: string, hours: number, basis: string): Deadline => {
  const dueAt = new Date(Date.parse(at) + hours * 3_600_000).toISOString();
  return { ...setLimit(limit, legalDay(at), legalDay(dueAt), basis), dueAt };
};

/** Is the limit over at this instant? A day is in time to its end; where an hour is set, the instant counts. */
export const isOver = ({ due, dueAt }: Pick<Deadline, 'due' | 'dueAt'>, at: string): boolean =>
  dueAt === undefined ? legalDay(at) > due : Date.parse(at) > Date.parse(dueAt);

/** Starts a configured limit of working days. */
export const startWorkingDays = (
  limit: SetLimitName,
  from: string,
  days: number,
  basis: string,
  calendar: Calendar,
): Deadline => {
  const parts = { from, days, unit: 'working' } as const;
  return { limit, basis, ...parts, kind: 'duty', due: dueOf(parts, calendar), state: 'running' };
};

/** Starts a configured limit of calendar days. */
export const startDays = (
  limit: SetLimitName,
  from: string,
  days: number,
  basis: string,
  calendar: Calendar,
): Deadline => {
  const parts = { from, days, unit: 'calendar' } as const;
  return { limit, basis, ...parts, kind: 'duty', due: dueOf(parts, calendar), state: 'running' };
};

/** First day on which a warning is due. @param warnDays days before the due day, from the configuration */
export const warnOn = ({ due, from }: Deadline, warnDays: number): string => {
  const day = plusDays(due, -warnDays);
  return day > from ? day : plusDays(from, 1);
};
