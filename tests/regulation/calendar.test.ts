import { describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { explainDeadline } from '../../domain/calendar/explain.ts';
import { type Deadline, dueOf } from '../../domain/limits.ts';

/**
 * Three years, worked out by hand from the arrangements that the General Office of the State Council announced
 * (国务院办公厅关于部分节假日安排的通知): plain days roll over rest, working days leave it out, make-up workdays count.
 */
const calendar = statutoryCalendar();

/** First and last day of each holiday, and the days that are worked instead. */
const announced = {
  2024: {
    rest: [
      ['2024-01-01', '2024-01-01'],
      ['2024-02-10', '2024-02-17'],
      ['2024-04-04', '2024-04-06'],
      ['2024-05-01', '2024-05-05'],
      ['2024-06-10', '2024-06-10'],
      ['2024-09-15', '2024-09-17'],
      ['2024-10-01', '2024-10-07'],
    ],
    worked: [
      '2024-02-04',
      '2024-02-18',
      '2024-04-07',
      '2024-04-28',
      '2024-05-11',
      '2024-09-14',
      '2024-09-29',
      '2024-10-12',
    ],
  },
  2025: {
    rest: [
      ['2025-01-01', '2025-01-01'],
      ['2025-01-28', '2025-02-04'],
      ['2025-04-04', '2025-04-06'],
      ['2025-05-01', '2025-05-05'],
      ['2025-05-31', '2025-06-02'],
      ['2025-10-01', '2025-10-08'],
    ],
    worked: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  2026: {
    rest: [
      ['2026-01-01', '2026-01-03'],
      ['2026-02-15', '2026-02-23'],
      ['2026-04-04', '2026-04-06'],
      ['2026-05-01', '2026-05-05'],
      ['2026-06-19', '2026-06-21'],
      ['2026-09-25', '2026-09-27'],
      ['2026-10-01', '2026-10-07'],
    ],
    worked: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
} as const;

/** Days of start and end, days of the limit, and why it ends there. */
const plain: readonly (readonly [from: string, days: number, due: string, why: string])[] = [
  // 2024
  ['2024-01-20', 15, '2024-02-04', 'Sunday, 4 February is worked for the Spring Festival: the last day stays'],
  ['2024-01-26', 15, '2024-02-18', '10 February is the Spring Festival; Sunday, the 18th is worked'],
  ['2024-01-31', 30, '2024-03-01', 'a leap year: 29 days of February, and 1 March is a Friday'],
  ['2024-03-20', 15, '2024-04-07', '4 April is Tomb-sweeping; Sunday, the 7th is worked'],
  ['2024-04-12', 15, '2024-04-28', 'the 27th is a Saturday; Sunday, 28 April is worked'],
  ['2024-03-02', 60, '2024-05-06', '29 days of March, 30 of April: 1 May, Labour Day to Sunday, the 5th'],
  ['2024-03-12', 60, '2024-05-11', 'Saturday, 11 May is worked for Labour Day: the last day stays'],
  ['2024-05-11', 30, '2024-06-11', 'Monday, 10 June is Dragon Boat'],
  ['2024-08-15', 30, '2024-09-14', 'Saturday, 14 September is worked for Mid-Autumn: the last day stays'],
  ['2024-08-16', 30, '2024-09-18', '15 September, Mid-Autumn to Tuesday, the 17th'],
  ['2024-09-14', 15, '2024-09-29', 'Sunday, 29 September is worked for National Day: the last day stays'],
  ['2024-09-01', 30, '2024-10-08', '1 October, National Day to Monday, the 7th'],
  ['2024-07-09', 90, '2024-10-08', '60 days and an extension of 30: 7 October, the last day of the holiday'],
  ['2024-08-13', 60, '2024-10-12', '18 days of August, 30 of September, 12: Saturday, 12 October is worked'],
  ['2024-12-17', 15, '2025-01-02', '1 January 2025 is New Year, a Wednesday'],
  ['2024-11-02', 60, '2025-01-02', '28 days of November, 31 of December: again New Year'],
  // 2025
  ['2025-01-11', 15, '2025-01-26', 'Sunday, 26 January is worked for the Spring Festival: the last day stays'],
  ['2025-01-13', 15, '2025-02-05', '28 January, Spring Festival to Tuesday, 4 February'],
  ['2025-01-02', 30, '2025-02-05', 'Saturday, 1 February lies in the Spring Festival'],
  ['2025-01-24', 15, '2025-02-08', 'Saturday, 8 February is worked: the last day stays'],
  ['2025-03-05', 30, '2025-04-07', 'Friday, 4 April is Tomb-sweeping, to Sunday'],
  ['2025-04-12', 15, '2025-04-27', 'Sunday, 27 April is worked for Labour Day: the last day stays'],
  ['2025-03-02', 60, '2025-05-06', 'Thursday, 1 May, Labour Day to Monday, the 5th'],
  ['2025-05-16', 15, '2025-06-03', 'Saturday, 31 May is Dragon Boat, to Monday, 2 June'],
  ['2025-08-29', 30, '2025-09-28', 'Sunday, 28 September is worked: the last day stays'],
  ['2025-08-02', 60, '2025-10-09', '1 October: National Day and Mid-Autumn together, to Wednesday, the 8th'],
  ['2025-07-06', 90, '2025-10-09', '25 days of July, 31, 30 and 4: Saturday, 4 October'],
  ['2025-09-11', 30, '2025-10-11', 'Saturday, 11 October is worked: the last day stays'],
  ['2025-12-03', 30, '2026-01-04', '2 January 2026 is New Year to Saturday; Sunday, the 4th is worked'],
  // 2026
  ['2026-01-30', 15, '2026-02-14', 'Saturday, 14 February is worked for the Spring Festival: the last day stays'],
  ['2026-02-02', 15, '2026-02-24', '17 February is the first day of the new year; rest to Monday, the 23rd'],
  ['2026-02-13', 15, '2026-02-28', 'Saturday, 28 February is worked: the last day stays'],
  ['2026-02-17', 15, '2026-03-04', 'begun in the Spring Festival: its days count, only a last day rolls'],
  ['2026-03-02', 15, '2026-03-17', 'no holiday near'],
  ['2026-03-13', 30, '2026-04-13', '12 April is a Sunday'],
  ['2026-03-20', 15, '2026-04-07', 'Saturday, 4 April is Tomb-sweeping, to Monday, the 6th'],
  ['2026-03-02', 60, '2026-05-06', 'Friday, 1 May, Labour Day to Tuesday, the 5th'],
  ['2026-03-10', 60, '2026-05-09', 'Saturday, 9 May is worked for Labour Day: the last day stays'],
  ['2026-05-20', 30, '2026-06-22', 'Friday, 19 June is Dragon Boat, to Sunday'],
  ['2026-09-05', 15, '2026-09-20', 'Sunday, 20 September is worked for National Day: the last day stays'],
  ['2026-08-26', 30, '2026-09-28', 'Friday, 25 September is Mid-Autumn, to Sunday'],
  ['2026-09-16', 15, '2026-10-08', '1 October, National Day to Wednesday, the 7th'],
  ['2026-07-03', 90, '2026-10-08', '60 days and an extension of 30: 28 days of July, 31, 30 and 1'],
  ['2026-09-10', 30, '2026-10-10', 'Saturday, 10 October is worked: the last day stays'],
];

const working: readonly (readonly [from: string, days: number, due: string, why: string])[] = [
  ['2024-02-05', 5, '2024-02-18', '6, 7, 8, 9 February (New Year’s Eve was no holiday), and Sunday, the 18th'],
  ['2024-04-25', 5, '2024-05-06', '26 April, Sunday the 28th, 29, 30, and after Labour Day 6 May'],
  ['2024-04-30', 5, '2024-05-10', 'Labour Day to the 5th, then Monday to Friday'],
  ['2024-09-27', 5, '2024-10-10', 'Sunday the 29th, 30 September, and after National Day 8, 9, 10 October'],
  ['2025-01-24', 5, '2025-02-07', 'Sunday, 26 January, the 27th, and after the Spring Festival 5, 6, 7 February'],
  ['2025-01-27', 5, '2025-02-10', '5, 6, 7 February, Saturday the 8th, and Monday the 10th'],
  ['2025-05-29', 5, '2025-06-06', '30 May, and after Dragon Boat 3, 4, 5, 6 June'],
  ['2025-09-30', 5, '2025-10-14', '9, 10 October, Saturday the 11th, 13, 14'],
  ['2025-12-31', 5, '2026-01-08', 'Sunday, 4 January, 5, 6, 7, 8'],
  ['2026-02-13', 5, '2026-02-27', 'Saturday the 14th, and after the Spring Festival 24, 25, 26, 27 February'],
  ['2026-02-24', 5, '2026-03-02', '25, 26, 27, Saturday the 28th, and Monday, 2 March'],
  ['2026-03-07', 5, '2026-03-13', 'received on a Saturday: Monday to Friday'],
  ['2026-04-30', 5, '2026-05-11', '6, 7, 8 May, Saturday the 9th, Monday the 11th'],
  ['2026-09-18', 5, '2026-09-24', 'Sunday the 20th, then Monday to Thursday'],
  ['2026-09-30', 5, '2026-10-13', '8, 9 October, Saturday the 10th, 12, 13'],
];

const deadline = (from: string, days: number, unit: Deadline['unit'], due: string): Deadline => ({
  limit: 'forward',
  basis: 'R22',
  from,
  days,
  unit,
  kind: 'duty',
  due,
  state: 'running',
});

describe('the arrangements of the State Council', () => {
  for (const [year, { rest, worked }] of Object.entries(announced)) {
    it(`of ${year}: every holiday and every day that is worked instead, and nothing else`, () => {
      for (let day = `${year}-01-01`; day.startsWith(year); day = plusDays(day, 1)) {
        const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
        const holiday = rest.some(([first, last]) => day >= first && day <= last);
        const madeUp = (worked as readonly string[]).includes(day);
        expect([day, calendar.isWorkingDay(day)]).toEqual([day, madeUp || !(weekend || holiday)]);
        expect(calendar.describe(day).announced).toBe(true);
      }
    });
  }
});

describe('plain days, worked out by hand', () => {
  it.each(plain)('from %s, %i days: %s, because %s', (from, days, due) => {
    expect(dueOf({ from, days, unit: 'calendar' }, calendar)).toBe(due);
    const { day } = explainDeadline(deadline(from, days, 'calendar', due), calendar);
    expect(day.filter(({ kind }) => kind === 'counted')).toHaveLength(days);
    expect([day[0]?.day, day.at(-1)?.day]).toEqual([from, due]);
  });
});

describe('working days, worked out by hand', () => {
  it.each(working)('from %s, %i working days: %s, because of %s', (from, days, due) => {
    expect(dueOf({ from, days, unit: 'working' }, calendar)).toBe(due);
    const { day } = explainDeadline(deadline(from, days, 'working', due), calendar);
    expect(day.filter(({ kind }) => kind === 'counted')).toHaveLength(days);
    expect([day[0]?.day, day.at(-1)?.day]).toEqual([from, due]);
  });
});

const source = '国务院办公厅关于2027年部分节假日安排的通知';

describe('days that are left out and a calendar that changes', () => {
  it('adds the days of a hearing to the end, and rolls only then', () => {
    // 20 April 2026 and 30 days is 20 May; with 17 days more Saturday, 6 June.
    const exclusions = [{ from: '2026-04-21', to: '2026-05-07', reason: 'hearing', basis: 'R36' }];
    expect(dueOf({ from: '2026-04-20', days: 30, unit: 'calendar', exclusions }, calendar)).toBe('2026-06-08');
  });

  it('says that a date may still move while the year is not announced', () => {
    expect(calendar.describe('2027-10-01').announced).toBe(false);
    const due = dueOf({ from: '2027-09-16', days: 15, unit: 'calendar' }, calendar);
    // The Measures on festivals fix 1 to 3 October; what the notice will add nobody knows yet.
    expect(due).toBe('2027-10-04');
    expect(explainDeadline(deadline('2027-09-16', 15, 'calendar', due), calendar).provisional).toBe(true);
  });

  it('follows days that a place has loaded over the library’s, and is another edition then', () => {
    const days = ['2027-10-01', '2027-10-02', '2027-10-03', '2027-10-04', '2027-10-05', '2027-10-06', '2027-10-07'];
    const loaded = statutoryCalendar(days.map((day) => ({ day, working: false, name: '国庆节', source })));
    expect(dueOf({ from: '2027-09-16', days: 15, unit: 'calendar' }, loaded)).toBe('2027-10-08');
    expect(loaded.version).not.toBe(calendar.version);
    expect(loaded.describe('2027-10-01')).toEqual({ working: false, name: '国庆节', announced: true });
  });

  it('lets a loaded workday count on a weekend', () => {
    const loaded = statutoryCalendar([{ day: '2027-10-09', working: true, name: '国庆节', source }]);
    expect(dueOf({ from: '2027-10-08', days: 1, unit: 'working' }, loaded)).toBe('2027-10-09');
    expect(dueOf({ from: '2027-10-08', days: 1, unit: 'working' }, calendar)).toBe('2027-10-11');
  });
});
