import chineseDays from 'chinese-days';
import { describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../adapters/calendar.ts';

const dayMs = 24 * 60 * 60 * 1000;
const days = Array.from({ length: 24 * 366 }, (_, index) =>
  new Date(Date.UTC(2004, 0, 1) + index * dayMs).toISOString().slice(0, 10),
);

describe('the statutory calendar', () => {
  it.each([
    ['2026-10-01', false, 'National Day'],
    ['2026-10-10', true, 'a Saturday that makes up for it'],
    ['2026-11-21', false, 'a Saturday'],
    ['2026-11-24', true, 'a Tuesday'],
  ])('%s: %s (%s)', (day, working) => {
    expect(statutoryCalendar.isWorkingDay(day)).toBe(working);
  });

  it("agrees with the library's own reckoning on every day from 2004 on", () => {
    expect(days.filter((day) => statutoryCalendar.isWorkingDay(day) !== chineseDays.isWorkday(day))).toEqual([]);
  });
});
