import { type Deadline, dueOf } from '../limits.ts';
import { type ExplainedCalendar, plusDays } from './calendar.ts';

/** One day on the way from the start of a limit to its due day, and why it counts or does not. */
export interface ExplainedDay {
  readonly day: string;
  readonly kind: 'start' | 'counted' | 'excluded' | 'rolled' | 'kept';
  /** Number of this day among those that count, from 1. */
  readonly number?: number;
  readonly why: string;
  /** Article, local rule or holiday behind it. */
  readonly basis?: string;
}

export interface ExplainedDeadline
  extends Pick<Deadline, 'limit' | 'basis' | 'from' | 'due' | 'dueAt' | 'days' | 'unit' | 'kind'> {
  /** `lapsed`: a right whose last day is over. */
  readonly state: Deadline['state'] | 'lapsed';
  readonly done: boolean;
  readonly extensionDays: number;
  readonly calendar: string;
  /** True while a year on the way has no announced calendar: its holidays may still move the due day. */
  readonly provisional: boolean;
  readonly day: readonly ExplainedDay[];
}

const dayNames: Readonly<Record<number, string>> = { 0: 'Sunday', 6: 'Saturday' };

/** Says of every day whether it counts, and by what: nobody has to believe a date. */
export const explainDeadline = (deadline: Deadline, calendar: ExplainedCalendar, today?: string): ExplainedDeadline => {
  const { limit, basis, from, due, days, unit, kind, state, extensionDays = 0, exclusions = [] } = deadline;
  const explained: ExplainedDay[] = [
    { day: from, kind: 'start', why: 'The day of the start does not count', basis: 'Civil Code 201' },
  ];
  const total = days + extensionDays;
  // Chosen days are not counted at all; of counted ones only a right can stand later than today's calendar says.
  const counted = kind === 'right' ? dueOf(deadline, calendar) : due;
  let number = 0;
  let provisional = false;
  for (let day = plusDays(from, 1); day <= due; day = plusDays(day, 1)) {
    const { working, name, announced } = calendar.describe(day);
    provisional ||= !announced;
    const exclusion = exclusions.find((each) => day >= each.from && day <= each.to);
    const rest = name ?? dayNames[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'rest day';
    if (day > counted) {
      explained.push({
        day,
        kind: 'kept',
        why: 'In time by the calendar of before: a right that was told is not shortened',
      });
    } else if (exclusion) {
      explained.push({ day, kind: 'excluded', why: exclusion.reason, basis: exclusion.basis });
    } else if (number >= total) {
      explained.push({
        day,
        kind: 'rolled',
        why: working ? 'First day after the rest days: the last day in time' : `The last day falls on rest: ${rest}`,
        basis: 'Civil Code 203',
      });
    } else if (unit === 'working' && !working) {
      explained.push({ day, kind: 'excluded', why: `No working day: ${rest}` });
    } else {
      number += 1;
      const extended = number > days ? 'Day of the extension' : undefined;
      const madeUp = working && name !== undefined ? `Make-up workday (${name})` : undefined;
      // It counts, and the end moves on from it: the holiday behind that is named here.
      const moves = number === total && !working ? `The last day falls on rest: ${rest}` : undefined;
      explained.push({
        day,
        kind: 'counted',
        number,
        why: moves ?? extended ?? madeUp ?? 'Counts',
        basis: moves ? 'Civil Code 203' : extended ? 'R34' : basis,
      });
    }
  }
  return {
    limit,
    basis,
    from,
    due,
    ...(deadline.dueAt === undefined ? {} : { dueAt: deadline.dueAt }),
    days,
    unit,
    kind,
    state: kind === 'right' && state === 'running' && today !== undefined && today > due ? 'lapsed' : state,
    done: deadline.done ?? false,
    extensionDays,
    calendar: calendar.version,
    provisional,
    day: explained,
  };
};
