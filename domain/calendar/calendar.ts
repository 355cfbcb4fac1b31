/** Which days are days of rest; data of the State Council's yearly notice, behind a port. */
export interface Calendar {
  /** A working day (工作日): weekdays without holidays, plus make-up workdays (调休). @param day `YYYY-MM-DD` */
  isWorkingDay(day: string): boolean;
}

/** A calendar that can say why a day counts or not, and which edition of the calendar it is. */
export interface ExplainedCalendar extends Calendar {
  readonly version: string;
  /** `name` of the holiday or make-up workday; `announced` false where the year's notice is not known yet. */
  describe(day: string): { readonly working: boolean; readonly name?: string; readonly announced: boolean };
}

const dayMillis = 86_400_000;
/** China keeps one time zone, UTC+8, without daylight saving time. */
const shanghaiOffsetMillis = 8 * 3_600_000;

/** The legal day (Asia/Shanghai) of an instant, as `YYYY-MM-DD`. */
export const legalDay = (at: string): string =>
  new Date(Date.parse(at) + shanghaiOffsetMillis).toISOString().slice(0, 10);

/** The time of day (Asia/Shanghai) of an instant, as `HH:MM`. */
export const timeOfDay = (at: string): string =>
  new Date(Date.parse(at) + shanghaiOffsetMillis).toISOString().slice(11, 16);

/** `day` plus `days` calendar days. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMillis).toISOString().slice(0, 10);

/** Sorts before every legal day: the beginning of a list. */
export const beforeEveryDay = '0000-01-01';

/** Sorts after every legal day: until when something holds that has no end, or is due that has no limit. */
export const afterEveryDay = '9999-12-31';

/** The month after a month, `yyyy-mm`. */
export const nextMonth = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${String(year + 1)}-01` : `${String(year)}-${String(number + 1).padStart(2, '0')}`;
};

/** True for a real calendar date `YYYY-MM-DD`. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
};

/** No rest period of the State Council's calendar comes near this; a calendar that has no working day is broken data. */
const longestRestDays = 60;

const nextWorkingDay = (day: string, calendar: Calendar): string => {
  for (let passed = 0; passed <= longestRestDays; passed += 1) {
    const candidate = plusDays(day, passed);
    if (calendar.isWorkingDay(candidate)) return candidate;
  }
  throw new Error(`The calendar has no working day within ${String(longestRestDays)} days of ${day}.`);
};

/**
 * Last day of a period of calendar days. The day of the start does not count (Civil Code 201); a last day on a day of
 * statutory rest moves to the first day after it (Civil Code 203). Applied by analogy: the Regulation is silent.
 */
export const dueAfterDays = (start: string, days: number, calendar: Calendar): string =>
  nextWorkingDay(plusDays(start, days), calendar);

/** Last day of a period of working days (工作日); the day of the start does not count. */
export const dueAfterWorkingDays = (start: string, days: number, calendar: Calendar): string => {
  let day = start;
  for (let counted = 0; counted < days; counted += 1) day = nextWorkingDay(plusDays(day, 1), calendar);
  return day;
};
