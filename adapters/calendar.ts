import days from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import type { Calendar } from '../domain/calendar/calendar.ts';

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

/**
 * Statutory holidays and make-up workdays as the State Council announced them. From the library's data, not its code:
 * that works the same table out at every cold start, which takes 10 ms.
 */
export const statutoryCalendar: Calendar = {
  isWorkingDay: (day) => Object.hasOwn(days.workdays, day) || !(Object.hasOwn(days.holidays, day) || isWeekend(day)),
};
