import { createHash } from 'node:crypto';
import days from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import type { ExplainedCalendar } from '../domain/calendar/calendar.ts';
import type { CalendarDay } from '../domain/ports.ts';
import { statutoryHoliday } from './statutory-holidays.ts';

/** Edition of the library's own data, part of the calendar's version. */
const libraryEdition = 'chinese-days-1.5.7';

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

const holidays: Readonly<Record<string, string>> = days.holidays;
const workdays: Readonly<Record<string, string>> = days.workdays;

/** The Chinese name in `Spring Festival,春节,4`; bundles carry nothing else (infra/bundle.ts). */
const chineseName = (entry: string | undefined): string | undefined => entry?.split(',')[1] ?? entry;

/**
 * Statutory holidays and make-up workdays as the State Council announced them: from the library's data, not its code,
 * which works the same table out at every cold start in 10 ms. Over it lie the days that somebody has loaded as reference
 * data. A year that nobody has announced yet has the holidays that the law fixes, without bridges and make-up days; what
 * was counted with it is counted again when the notice is there.
 */
export const statutoryCalendar = (loaded: readonly CalendarDay[] = []): ExplainedCalendar => {
  const own = new Map(loaded.map((each) => [each.day, each]));
  const edition = createHash('sha256').update(JSON.stringify(loaded)).digest('hex').slice(0, 12);
  /** A year is announced when its National Day is known to rest: a notice has it, a single loaded day is no notice. */
  const announced = (day: string): boolean => {
    const nationalDay = `${day.slice(0, 4)}-10-01`;
    return Object.hasOwn(holidays, nationalDay) || own.get(nationalDay)?.working === false;
  };
  const describe: ExplainedCalendar['describe'] = (day) => {
    const set = own.get(day);
    if (set) return { working: set.working, name: set.name, announced: true };
    const known = announced(day);
    const rest = known ? chineseName(holidays[day]) : statutoryHoliday(day);
    const madeUp = chineseName(workdays[day]);
    const name = rest ?? madeUp;
    return {
      working: madeUp !== undefined || !(rest !== undefined || isWeekend(day)),
      ...(name === undefined ? {} : { name }),
      announced: known,
    };
  };
  return {
    version: loaded.length === 0 ? libraryEdition : `${libraryEdition}+${edition}`,
    isWorkingDay: (day) => describe(day).working,
    describe,
  };
};
