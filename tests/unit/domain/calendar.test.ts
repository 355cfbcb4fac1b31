import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../../adapters/calendar.ts';
import { dueAfterDays, dueAfterWorkingDays, isDay, legalDay, plusDays } from '../../../domain/calendar/calendar.ts';
import { type LimitName, limits, startLimit } from '../../../domain/limits.ts';
import { calendar, calendarWith } from '../../support/builders.ts';

const announced = statutoryCalendar();

const someDay = fc.integer({ min: 0, max: 3000 }).map((days) => plusDays('2024-01-01', days));

describe('the legal day', () => {
  it.each([
    ['2026-03-02T15:59:59.999Z', '2026-03-02'],
    ['2026-03-02T16:00:00.000Z', '2026-03-03'],
    ['2025-12-31T16:00:00.000Z', '2026-01-01'],
    ['2026-03-02T23:30:00+08:00', '2026-03-02'],
  ])('of %s is %s in Shanghai', (instant, day) => expect(legalDay(instant)).toBe(day));
});

describe('a date', () => {
  it.each(['2026-02-28', '2028-02-29', '2026-12-31'])('%s is one', (text) => expect(isDay(text)).toBe(true));
  it.each(['2026-02-29', '2026-02-30', '2026-13-01', '2026-00-10', '2026-1-1', '20260101', '', '2026-03-02T00:00:00Z'])(
    '%j is none',
    (text) => expect(isDay(text)).toBe(false),
  );
});

describe('a period of calendar days', () => {
  it('does not count the day of its start (Civil Code 201)', () =>
    expect(dueAfterDays('2026-03-02', 15, calendarWith())).toBe('2026-03-17'));

  it('ends on the day after a rest day (Civil Code 203)', () =>
    expect(dueAfterDays('2026-03-06', 15, calendarWith())).toBe('2026-03-23'));

  it('rolls over a whole holiday', () => expect(dueAfterDays('2026-04-01', 30, calendar)).toBe('2026-05-06'));

  it('ends on a Saturday that is worked instead', () =>
    expect(dueAfterDays('2026-04-24', 15, calendar)).toBe('2026-05-09'));
});

describe('a period of working days', () => {
  it('leaves out weekends', () => expect(dueAfterWorkingDays('2026-03-05', 5, calendarWith())).toBe('2026-03-12'));

  it('leaves out holidays and counts make-up workdays', () =>
    expect(dueAfterWorkingDays('2026-04-30', 5, calendar)).toBe('2026-05-11'));

  it('begins after a day of rest on which something arrived', () =>
    expect(dueAfterWorkingDays('2026-03-07', 1, calendarWith())).toBe('2026-03-09'));

  it("knows the State Council's calendar", () => {
    expect(announced.isWorkingDay('2025-10-01')).toBe(false);
    expect(announced.isWorkingDay('2025-09-28')).toBe(true);
    expect(dueAfterWorkingDays('2025-09-30', 5, announced)).toBe('2025-10-14');
  });
});

describe('every limit of the law', () => {
  it.each(Object.keys(limits) as LimitName[])('%s is never shorter than its days and ends on a working day', (name) => {
    const { days, unit, basis } = limits[name];
    fc.assert(
      fc.property(someDay, (from) => {
        const deadline = startLimit(name, from, announced);
        expect(deadline).toMatchObject({ limit: name, from, basis });
        expect(announced.isWorkingDay(deadline.due)).toBe(true);
        expect(deadline.due >= plusDays(from, days)).toBe(true);
        if (unit === 'working') {
          const between = Array.from({ length: 60 }, (_, i) => plusDays(from, i + 1)).filter(
            (day) => day <= deadline.due,
          );
          expect(between.filter((day) => announced.isWorkingDay(day))).toHaveLength(days);
        } else {
          // Only days of rest lie between the last day counted and the last day in time.
          for (let day = plusDays(from, days); day < deadline.due; day = plusDays(day, 1)) {
            expect(announced.isWorkingDay(day)).toBe(false);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has the days that the articles name', () => {
    expect(
      Object.fromEntries(
        Object.entries(limits).map(([name, { days, unit, basis }]) => [name, `${String(days)} ${unit} ${basis}`]),
      ),
    ).toEqual({
      forward: '15 calendar R22',
      notify: '15 calendar R23',
      objection: '5 working R23',
      handling: '60 calendar R34',
      'review-request': '30 calendar R35',
      review: '30 calendar R35',
      'recheck-request': '30 calendar R36',
      recheck: '30 calendar R36',
      'judicial-confirmation': '30 calendar M33',
    });
  });

  it('cannot be computed with a calendar that has no working day', () =>
    expect(() => dueAfterDays('2026-03-02', 15, { isWorkingDay: () => false })).toThrow('no working day'));
});
