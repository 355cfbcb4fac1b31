import { plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { Context } from '../petition/state.ts';
import type { SessionContent } from './session-state.ts';

/**
 * What happens on a reception day is noted on it; later only as late, and only for the configured days.
 * @returns the legal day where it is late. @throws Refusal
 */
export const lateOn = (
  { date }: SessionContent,
  today: string,
  { configuration }: Pick<Context, 'configuration'>,
): string | undefined => {
  if (today <= date) return undefined;
  const { days, source } = configuration.receptionRecords;
  if (today > plusDays(date, days)) {
    const until = plusDays(date, days);
    throw new Refusal(
      'not-the-step',
      `The reception day was ${date}; what was late could be noted until ${until} (${source}).`,
    );
  }
  return today;
};

/** @throws Refusal before the day has come */
export const requireCome = ({ date }: SessionContent, today: string): void => {
  if (today < date) throw new Refusal('not-the-step', `The reception day is ${date}.`);
};
