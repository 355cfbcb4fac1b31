import chineseDays from 'chinese-days';
import { describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { almanacYears, statutoryHoliday } from '../../adapters/statutory-holidays.ts';

const dayMs = 24 * 60 * 60 * 1000;
const days = Array.from({ length: 24 * 366 }, (_, index) =>
  new Date(Date.UTC(2004, 0, 1) + index * dayMs).toISOString().slice(0, 10),
);

const calendar = statutoryCalendar();

describe('the statutory calendar', () => {
  it.each([
    ['2026-10-01', false, 'National Day'],
    ['2026-10-10', true, 'a Saturday that makes up for it'],
    ['2026-11-21', false, 'a Saturday'],
    ['2026-11-24', true, 'a Tuesday'],
  ])('%s: %s (%s)', (day, working) => {
    expect(calendar.isWorkingDay(day)).toBe(working);
  });

  it.each([
    ['2027-01-01', '元旦'],
    ['2027-02-05', '春节'],
    ['2027-02-06', '春节'],
    ['2027-02-08', '春节'],
    ['2027-04-05', '清明节'],
    ['2027-05-01', '劳动节'],
    ['2027-05-02', '劳动节'],
    ['2027-06-09', '端午节'],
    ['2027-09-15', '中秋节'],
    ['2027-10-03', '国庆节'],
  ])('rests on %s (%s) although that year is not announced yet, and says that it is not', (day, name) => {
    expect(calendar.describe(day)).toEqual({ working: false, name, announced: false });
  });

  it('has no other holidays in a year that is not announced', () => {
    const year = Array.from({ length: 365 }, (_, index) =>
      new Date(Date.UTC(2027, 0, 1) + index * dayMs).toISOString().slice(0, 10),
    );
    expect(year.filter((day) => calendar.describe(day).name !== undefined)).toHaveLength(13);
  });

  it('knows every holiday of the Measures in the years that were announced', () => {
    const announced = days.filter((day) => day >= '2025' && day < '2027');
    expect(announced.filter((day) => statutoryHoliday(day) !== undefined && calendar.isWorkingDay(day))).toEqual([]);
  });

  it.each(almanacYears)('agrees with the almanac of %s', (year) => {
    const ofYear = Array.from({ length: 366 }, (_, index) =>
      new Date(Date.UTC(Number(year), 0, 1) + index * dayMs).toISOString().slice(0, 10),
    ).filter((day) => day.startsWith(year));
    const lunar = (day: string) => {
      const { lunarMon, lunarDay, isLeap } = chineseDays.getLunarDate(day);
      return isLeap ? '' : `${String(lunarMon)}-${String(lunarDay)}`;
    };
    const festivals = ofYear.filter(
      (day) =>
        ['1-1', '1-2', '1-3', '5-5', '8-15'].includes(lunar(day)) ||
        lunar(new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10)) === '1-1' ||
        day === chineseDays.getSolarTermDate(Number(year), 4, 'pure_brightness') ||
        /-(01-01|05-01|05-02|10-01|10-02|10-03)$/.test(day),
    );
    expect(ofYear.filter((day) => statutoryHoliday(day) !== undefined)).toEqual(festivals);
  });

  it('takes loaded days over its own, and is another version then', () => {
    const loaded = statutoryCalendar([{ day: '2027-01-04', working: false, name: '元旦', source: 'notice' }]);
    expect(loaded.describe('2027-01-04')).toEqual({ working: false, name: '元旦', announced: true });
    expect(loaded.version).not.toBe(calendar.version);
  });

  it("agrees with the library's own reckoning on every day from 2004 on", () => {
    const announced = days.filter((day) => day < '2027');
    expect(announced.filter((day) => calendar.isWorkingDay(day) !== chineseDays.isWorkday(day))).toEqual([]);
  });
});
