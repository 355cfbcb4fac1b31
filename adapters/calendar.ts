import { createHash } from 'node:crypto';
import chineseDays from 'chinese-days';
import type { ExplainedCalendar } from '../domain/calendar/calendar.ts';
import type { CalendarDay } from '../domain/ports.ts';

/** Edition of the library's own data, part of the calendar's version. */
const libraryEdition = 'chinese-days-1.5.7';

/**
 * Statutory holidays and make-up workdays as the State Council announced them, from the library, and over it the days
 * that somebody has loaded as reference data: a year that the library does not know yet, or a change.
 */
export const statutoryCalendar = (loaded: readonly CalendarDay[] = []): ExplainedCalendar => {
  const days = new Map(loaded.map((each) => [each.day, each]));
  const years = new Set(loaded.map(({ day }) => day.slice(0, 4)));
  const edition = createHash('sha256').update(JSON.stringify(loaded)).digest('hex').slice(0, 12);
  const announcedByLibrary = new Map<string, boolean>();
  /** A year is announced when its National Day is a holiday in the library's data. */
  const announced = (year: string): boolean => {
    const known =
      announcedByLibrary.get(year) ??
      !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(chineseDays.getDayDetail(`${year}-10-01`).name);
    announcedByLibrary.set(year, known);
    return known || years.has(year);
  };
  const isWorkingDay = (day: string): boolean => days.get(day)?.working ?? chineseDays.isWorkday(day);
  return {
    version: loaded.length === 0 ? libraryEdition : `${libraryEdition}+${edition}`,
    isWorkingDay,
    describe: (day) => {
      const own = days.get(day);
      const working = isWorkingDay(day);
      if (own) return { working, name: own.name, announced: true };
      const [, chinese] = chineseDays.getDayDetail(day).name.split(',');
      return { working, ...(chinese === undefined ? {} : { name: chinese }), announced: announced(day.slice(0, 4)) };
    },
  };
};
