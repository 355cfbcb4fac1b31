/**
 * The holidays that the State Council's Measures on annual festivals (全国年节及纪念日放假办法, revised 2024) fix for every
 * year: known long before the yearly notice, which adds bridges and make-up workdays.
 */

const fixed: Readonly<Record<string, string>> = {
  '01-01': '元旦',
  '05-01': '劳动节',
  '05-02': '劳动节',
  '10-01': '国庆节',
  '10-02': '国庆节',
  '10-03': '国庆节',
};

/** New Year's Day, Pure Brightness, Dragon Boat and Mid-Autumn by year; tests hold them against the library's almanac. */
const movable: Readonly<Record<string, readonly [spring: string, clear: string, dragon: string, autumn: string]>> = {
  2025: ['01-29', '04-04', '05-31', '10-06'],
  2026: ['02-17', '04-05', '06-19', '09-25'],
  2027: ['02-06', '04-05', '06-09', '09-15'],
  2028: ['01-26', '04-04', '05-28', '10-03'],
  2029: ['02-13', '04-04', '06-16', '09-22'],
  2030: ['02-03', '04-05', '06-05', '09-12'],
  2031: ['01-23', '04-05', '06-24', '10-01'],
  2032: ['02-11', '04-04', '06-12', '09-19'],
  2033: ['01-31', '04-04', '06-01', '09-08'],
  2034: ['02-19', '04-05', '06-20', '09-27'],
  2035: ['02-08', '04-05', '06-10', '09-16'],
};

/** Years of which the movable festivals are known here. */
export const almanacYears: readonly string[] = Object.keys(movable);

const dayMillis = 86_400_000;

/** Spring Festival rests from New Year's Eve to the third day. */
const springFestival = (day: string, newYear: string): boolean => {
  const distance = (Date.parse(day) - Date.parse(`${day.slice(0, 4)}-${newYear}`)) / dayMillis;
  return distance >= -1 && distance <= 2;
};

/** Name of the holiday that the Measures fix on a day; undefined on every other. @param day `YYYY-MM-DD` */
export const statutoryHoliday = (day: string): string | undefined => {
  const ofYear = fixed[day.slice(5)];
  if (ofYear !== undefined) return ofYear;
  const [spring, clear, dragon, autumn] = movable[day.slice(0, 4)] ?? [];
  if (spring === undefined) return undefined;
  if (springFestival(day, spring)) return '春节';
  return { [clear ?? '']: '清明节', [dragon ?? '']: '端午节', [autumn ?? '']: '中秋节' }[day.slice(5)];
};
