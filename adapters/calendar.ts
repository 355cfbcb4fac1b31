import chineseDays from 'chinese-days';
import type { Calendar } from '../domain/calendar/calendar.ts';

/** Statutory holidays and make-up workdays as the State Council announced them. */
export const statutoryCalendar: Calendar = { isWorkingDay: (day) => chineseDays.isWorkday(day) };
