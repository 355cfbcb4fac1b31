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

/** Month and day of the Chinese calendar. */
const lunar: Readonly<Record<string, string>> = {
  '1-1': '春节',
  '1-2': '春节',
  '1-3': '春节',
  '5-5': '端午节',
  '8-15': '中秋节',
};

const dayMillis = 86_400_000;
const chineseCalendar = new Intl.DateTimeFormat('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone: 'UTC' });

/** A leap month (`5bis`) has no festivals. */
const lunarDay = (time: number): string => chineseCalendar.format(time).replace('/', '-');

/** Day of Pure Brightness (清明) in April, for the years 2000 to 2099. */
const pureBrightness = (year: number): number => {
  const short = year % 100;
  return Math.floor(short * 0.2422 + 4.81) - Math.floor(short / 4);
};

/** Name of the holiday that the Measures fix on a day; undefined on every other. @param day `YYYY-MM-DD` */
export const statutoryHoliday = (day: string): string | undefined => {
  const time = Date.parse(`${day}T00:00:00Z`);
  const ofYear = fixed[day.slice(5)];
  if (ofYear !== undefined) return ofYear;
  if (day.slice(5) === `04-0${String(pureBrightness(Number(day.slice(0, 4))))}`) return '清明节';
  const festival = lunar[lunarDay(time)];
  if (festival !== undefined) return festival;
  // New Year's Eve (除夕) is the day before the first, whatever its number.
  return lunarDay(time + dayMillis) === '1-1' ? '春节' : undefined;
};
