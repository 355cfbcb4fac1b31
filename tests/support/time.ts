import { plusDays } from '../../domain/calendar/calendar.ts';
import type { ApiClient } from '../../local/api-client.ts';
import { today } from './story.ts';

/**
 * The legal day of a machine under test, which moves forward and never back. It sweeps on the day it comes to, and tokens of
 * the day before are fetched anew.
 * @param machine asked when it is needed: a test file starts it later than it names its days
 */
export const timeOf = (
  machine: () => {
    control(name: string, input: object): Promise<unknown>;
    readonly api: Pick<ApiClient, 'forgetTokens'>;
  },
) => {
  let skipped = 0;
  const now = (): string => plusDays(today(), skipped);
  const skip = async (days: number): Promise<void> => {
    skipped += days;
    await machine().control('clock', { days });
    machine().api.forgetTokens();
  };
  const skipTo = (day: string): Promise<void> => skip((Date.parse(day) - Date.parse(now())) / 86_400_000);
  return { now, skip, skipTo };
};
