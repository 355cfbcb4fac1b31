import type { ExplainedCalendar } from '../../domain/calendar/calendar.ts';
import { defaultConfiguration } from '../../domain/configuration.ts';
import { UnitDirectory } from '../../domain/organisation/unit.ts';
import type { Context } from '../../domain/petition/state.ts';
import type { CalendarDay, ReferenceData } from '../../domain/ports.ts';

/** The rules' context, with a calendar that can explain itself. */
export interface ExplainedContext extends Context {
  readonly calendar: ExplainedCalendar;
}

export interface ContextDependencies {
  readonly reference: ReferenceData;
  /** Makes the calendar from the days that a place has loaded over the library's. */
  readonly calendar: (days: readonly CalendarDay[]) => ExplainedCalendar;
}

/** Everything that the rules may know. Built anew only when the reference data has changed. */
export const contextSource = ({ reference, calendar }: ContextDependencies): (() => Promise<ExplainedContext>) => {
  let seen: readonly unknown[] = [];
  let context: ExplainedContext | undefined;
  return async () => {
    const [units, categories, settings] = await Promise.all([
      reference.units(),
      reference.categories(),
      reference.settings(),
    ]);
    const now = [units, categories, settings];
    if (!context || now.some((each, index) => each !== seen[index])) {
      seen = now;
      context = {
        units: new UnitDirectory(units),
        categories: new Set(categories.map(({ code }) => code)),
        calendar: calendar(settings.calendarDays),
        configuration: { ...defaultConfiguration, ...settings.configuration },
      };
    }
    return context;
  };
};
