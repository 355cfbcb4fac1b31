import { afterEveryDay, plusDays } from '../calendar/calendar.ts';
import type { ReceptionFrequency } from '../configuration.ts';
import type { Rota, RotaEntry } from './rota.ts';

/** The period of a duty that a legal day falls in, both days included. Weeks begin on Monday. */
export const dutyPeriod = (
  every: ReceptionFrequency['every'],
  day: string,
): { readonly from: string; readonly to: string } => {
  const [year = 0, month = 1] = day.split('-').map(Number);
  if (every === 'week') {
    const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    return { from: plusDays(day, -sinceMonday), to: plusDays(day, 6 - sinceMonday) };
  }
  const months = { 'half-year': 6, quarter: 3, month: 1 }[every];
  const first = month - 1 - ((month - 1) % months);
  const firstDay = (index: number) =>
    `${String(year + Math.floor(index / 12))}-${String((index % 12) + 1).padStart(2, '0')}-01`;
  return { from: firstDay(first), to: plusDays(firstDay(first + months), -1) };
};

/** What the head of a published day says, as far as a duty is concerned. */
export interface PublishedDay {
  readonly id: string;
  readonly leader: string;
  /** Legal day. */
  readonly date: string;
  /** Who was there, as far as the record says. */
  readonly receivedBy: readonly string[];
  /** It does not take place. */
  readonly cancelled?: object;
}

/** How one leader stands to his duty in one period. */
export interface LeaderDuty {
  readonly leader: string;
  readonly leaderName: string;
  readonly post: string;
  readonly portfolio: string;
  /** Days asked of him; none where he came to the rota after the period had begun, or left it before its end. */
  readonly asked: number;
  /** Days on which he was there. */
  readonly held: number;
  /** Published days that have yet to come. */
  readonly ahead: number;
  /** Days that have passed, of which nobody has said that he was there. */
  readonly unconfirmed: number;
  /** Still to be held, published or not. */
  readonly owed: number;
  /** Of those, not even published. */
  readonly unplanned: number;
  /** The period is over, and days are missing. */
  readonly failed: boolean;
}

/**
 * Who owes a day. A day counts for who received, not for who was announced: a substitute does not do another's duty.
 * @param days published for this rota, of any period
 * @param today legal day
 */
export const dutiesOf = (
  { entries }: Pick<Rota, 'entries'>,
  days: readonly PublishedDay[],
  { every, days: number }: Pick<ReceptionFrequency, 'every' | 'days'>,
  on: string,
  today: string,
): readonly LeaderDuty[] => {
  const { from, to } = dutyPeriod(every, on);
  const within = days.filter(({ date, cancelled }) => date >= from && date <= to && cancelled === undefined);
  const spans = new Map<string, RotaEntry[]>();
  for (const entry of entries) {
    if (entry.from > to || (entry.to ?? afterEveryDay) < from) continue;
    spans.set(entry.leader, [...(spans.get(entry.leader) ?? []), entry]);
  }
  return [...spans.values()].flatMap((held) => {
    const latest = held.at(-1);
    return latest ? [dutyOf(latest, isAskedIn(held, from, to) ? number : 0, within, today, to)] : [];
  });
};

/** Whether it is somebody's turn on a legal day. */
export const holdsTurnOn = ({ from, to = afterEveryDay }: Pick<RotaEntry, 'from' | 'to'>, day: string): boolean =>
  from <= day && day <= to;

/** A new post is no break, nor is who was released and came back before the period was over let off by that. */
const isAskedIn = (entries: readonly RotaEntry[], from: string, to: string): boolean =>
  [from, to].every((day) => entries.some((entry) => holdsTurnOn(entry, day)));

const dutyOf = (
  { leader, leaderName, post, portfolio }: RotaEntry,
  asked: number,
  days: readonly PublishedDay[],
  today: string,
  to: string,
): LeaderDuty => {
  // Two sessions of one day are one day.
  const distinct = (some: readonly PublishedDay[]) => new Set(some.map(({ date }) => date));
  const heldDays = distinct(days.filter(({ receivedBy }) => receivedBy.includes(leader)));
  const rest = days.filter(({ date, ...each }) => each.leader === leader && !heldDays.has(date));
  const ahead = distinct(rest.filter(({ date }) => date >= today)).size;
  const owed = Math.max(0, asked - heldDays.size);
  return {
    leader,
    leaderName,
    post,
    portfolio,
    asked,
    held: heldDays.size,
    ahead,
    unconfirmed: distinct(rest.filter(({ date }) => date < today)).size,
    owed,
    unplanned: Math.max(0, owed - ahead),
    failed: owed > 0 && today > to,
  };
};
