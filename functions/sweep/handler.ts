import { afterEveryDay, type ExplainedCalendar, legalDay } from '../../domain/calendar/calendar.ts';
import type { Clock, StreamRef, SweepStateStore, TimerStore } from '../../domain/ports.ts';
import type { Commands } from '../shared/commands.ts';
import { logged, triggered } from '../shared/log.ts';

export interface Dependencies {
  readonly commands: Commands;
  /** Notes what nobody has said of a need's services in time. */
  readonly tickNeed: (id: string) => Promise<readonly string[]>;
  /** Records what departments that were whistled have missed. */
  readonly tickWhistle: (id: string) => Promise<readonly string[]>;
  /** Counts the limits of a whistle anew, with this calendar. */
  readonly recountWhistle: (id: string, calendar: string) => Promise<readonly string[]>;
  /** Reminds leaders who owe a reception day in the period of their duty. */
  readonly tickRota: (id: string) => Promise<readonly string[]>;
  /** Counts the configured days of instructions anew, with this calendar. */
  readonly recountSession: (id: string, calendar: string) => Promise<readonly string[]>;
  /** Warns of what leaders have instructed, and notes what is overdue. */
  readonly tickSession: (id: string) => Promise<readonly string[]>;
  /** Ends bookings of reception days that are over. */
  readonly tickBooking: (id: string) => Promise<readonly string[]>;
  /** Writes what a unit recorded under earlier rules as it is found now; `filing` says by which. */
  readonly refile: (unit: string) => Promise<void>;
  readonly filing: number;
  readonly timers: TimerStore;
  readonly state: SweepStateStore;
  readonly clock: Clock;
}

/** What one pass did. */
export interface Sweep {
  warned: number;
  missed: number;
  /** Days on which services of grids were missed. */
  missedServices: number;
  /** Instructions of leaders of which a unit was warned, and which it is late with. */
  warnedCommitments: number;
  missedCommitments: number;
  /** Rotas whose leaders were reminded, or are no longer. */
  reminders: number;
  /** Bookings, and visits that nobody came to, of which what was said is destroyed. */
  forgotten: number;
  recounted: number;
  failed: number;
}

const pageSize = 200;

/** Limits of up to 90 days already run into the next year by then. */
const noticeNeededFrom = '-10-01';

/** Calendar and filing of the last pass over everything; before there was a filing the calendar alone was kept. */
const parted = (mark: string | undefined): readonly [calendar?: string, filed?: number] => {
  if (mark === undefined) return [];
  const [, calendar = mark, filed = '0'] = /^(.*)#(\d+)$/.exec(mark) ?? [];
  return [calendar, Number(filed)];
};

/** The State Council's notice for the next year comes in autumn; until somebody loads it, due days there may still move. */
const warnOfUnannouncedYear = (calendar: ExplainedCalendar, today: string): void => {
  const year = String(Number(today.slice(0, 4)) + 1);
  if (today.slice(4) < noticeNeededFrom || calendar.describe(`${year}-10-01`).announced) return;
  console.warn({ alarm: 'calendar-not-announced', message: `The holiday calendar of ${year} is not loaded`, year });
};

/**
 * Schedule, every fifteen minutes: records warnings, missed limits, missed services and overdue instructions, once each, and ends
 * what was booked for days long over; after the calendar has changed, counts
 * every running limit anew, and once after an earlier release files anew what that recorded. A stream that fails now is looked at again the next time, since its timer stays.
 */
export const createHandler = ({
  commands,
  tickBooking,
  tickNeed,
  tickRota,
  tickSession,
  tickWhistle,
  recountSession,
  recountWhistle,
  refile,
  filing,
  timers,
  state,
  clock,
}: Dependencies) =>
  triggered<unknown, Sweep>().handler(async () => {
    const done: Sweep = {
      warned: 0,
      missed: 0,
      missedServices: 0,
      warnedCommitments: 0,
      missedCommitments: 0,
      reminders: 0,
      forgotten: 0,
      recounted: 0,
      failed: 0,
    };
    const each = async (until: string, work: (stream: StreamRef) => Promise<void>): Promise<void> => {
      // All first: what the work changes moves in the index that is being read.
      const streams: StreamRef[] = [];
      let cursor: string | undefined;
      do {
        const page = await timers.dueTimers(until, pageSize, cursor);
        streams.push(...page.items.map(({ stream }) => stream));
        cursor = page.cursor;
      } while (cursor !== undefined);
      for (const stream of streams) {
        try {
          await work(stream);
        } catch (error) {
          done.failed += 1;
          console.error({ message: 'A stream could not be swept', stream, error: logged(error) });
        }
      }
    };

    const { calendar, units } = await commands.context();
    const { version } = calendar;
    // One mark for both: `<calendar>#<filing>`.
    const [counted, filed] = parted(await state.calendar());
    if (counted !== undefined && filed !== filing) {
      for (const unit of units.ids()) {
        try {
          await refile(unit);
        } catch (error) {
          done.failed += 1;
          console.error({ message: 'What a unit recorded could not be filed anew', unit, error: logged(error) });
        }
      }
    }
    if (counted !== version) {
      await each(afterEveryDay, async ({ kind, id }) => {
        // The days of services and of duties are counted when they are asked for: nothing is stored that could be wrong now.
        if (kind === 'whistle') done.recounted += (await recountWhistle(id, version)).length;
        if (kind === 'session') done.recounted += (await recountSession(id, version)).length;
        if (kind !== 'petition') return;
        const types = await commands.tick(id, { type: 'RecountDeadlines', calendar: version });
        done.recounted += types.length;
      });
    }
    if ((counted !== version || filed !== filing) && done.failed === 0)
      await state.recounted(`${version}#${String(filing)}`);
    await each(legalDay(clock.now()), async ({ kind, id }) => {
      if (kind === 'need') {
        done.missedServices += (await tickNeed(id)).length;
        return;
      }
      if (kind === 'rota') {
        done.reminders += (await tickRota(id)).length === 0 ? 0 : 1;
        return;
      }
      if (kind === 'whistle') {
        const types = await tickWhistle(id);
        done.missed += types.filter((type) => type === 'WhistleLimitMissed').length;
        return;
      }
      if (kind === 'booking') {
        done.forgotten += (await tickBooking(id)).length;
        return;
      }
      if (kind === 'session') {
        const types = await tickSession(id);
        done.warnedCommitments += types.filter((type) => type === 'CommitmentWarned').length;
        done.missedCommitments += types.filter((type) => type === 'CommitmentMissed').length;
        done.forgotten += types.filter((type) => type === 'VisitErased').length;
        return;
      }
      const types = await commands.tick(id, { type: 'SweepClocks' });
      done.warned += types.filter((type) => type === 'DeadlineWarned').length;
      done.missed += types.filter((type) => type === 'DeadlineMissed').length;
    });
    warnOfUnannouncedYear((await commands.context()).calendar, legalDay(clock.now()));
    console.info({ message: 'Swept', ...done });
    // The rest has been done; failing now is what rings the alarm.
    if (done.failed > 0) throw new Error(`${String(done.failed)} streams could not be swept.`);
    return done;
  });
