import { type Calendar, dueAfterDays, dueAfterWorkingDays } from './calendar/calendar.ts';

/**
 * Every limit that the law sets, once, with its article. R = 信访工作条例, M = 人民调解法.
 * Nothing here may be shorter or longer than the cited text; what the law leaves open is configuration, not a limit.
 */
export const limits = {
  /** The petition office registers and routes. */
  forward: { days: 15, unit: 'calendar', basis: 'R22' },
  /** The organ that was sent the matter tells the petitioner in writing. */
  notify: { days: 15, unit: 'calendar', basis: 'R23' },
  /** The organ objects that the matter is not its own. */
  objection: { days: 5, unit: 'working', basis: 'R23' },
  /** From acceptance to the opinion; only matters under Art. 31(6). */
  handling: { days: 60, unit: 'calendar', basis: 'R34' },
  /** The petitioner asks for review of the opinion. */
  'review-request': { days: 30, unit: 'calendar', basis: 'R35' },
  /** The reviewing organ gives its opinion. */
  review: { days: 30, unit: 'calendar', basis: 'R35' },
  /** The petitioner asks for recheck of the review opinion. */
  'recheck-request': { days: 30, unit: 'calendar', basis: 'R36' },
  /** The rechecking organ gives its opinion. */
  recheck: { days: 30, unit: 'calendar', basis: 'R36' },
  /** The parties jointly ask the court to confirm a mediation agreement. */
  'judicial-confirmation': { days: 30, unit: 'calendar', basis: 'M33' },
} as const satisfies Record<string, { days: number; unit: 'calendar' | 'working'; basis: string }>;

export type LimitName = keyof typeof limits;

/** A running limit as a fact. Days are legal days (Asia/Shanghai); `due` is the last day that is in time. */
export interface Deadline {
  readonly limit: LimitName;
  readonly basis: string;
  readonly from: string;
  readonly due: string;
}

/** Starts a limit on a day. */
export const startLimit = (limit: LimitName, from: string, calendar: Calendar): Deadline => {
  const { days, unit, basis } = limits[limit];
  const due = unit === 'working' ? dueAfterWorkingDays(from, days, calendar) : dueAfterDays(from, days, calendar);
  return { limit, basis, from, due };
};
