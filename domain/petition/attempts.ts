import { plusDays } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import { Refusal } from '../errors.ts';

/**
 * An attempt to reach a petitioner in vain is noted near the day on which it was made: after enough of them a matter goes on
 * without him. Whatever a place configures, not all that are asked for can be noted on one afternoon.
 * @param on a legal day, not after today. @throws Refusal
 */
export const requireNotedInTime = (
  on: string,
  today: string,
  { attemptRecords, lostContact }: Pick<Configuration, 'attemptRecords' | 'lostContact'>,
): void => {
  const days = Math.max(0, Math.min(attemptRecords.days, lostContact.attempts - 2));
  const until = plusDays(on, days);
  if (today <= until) return;
  throw new Refusal(
    'rule-violated',
    `An attempt in vain counts if it is noted by ${until}, ${String(days)} days after it was made (${attemptRecords.source}).`,
    { pointer: '/on' },
  );
};
