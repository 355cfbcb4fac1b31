import { statutoryCalendar } from '../../adapters/calendar.ts';
import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { readContainer } from '../shared/container.ts';
import { createHandler } from './handler.ts';

// Nothing of a briefing is sealed: it has no key, and opens none.
export const handler = createHandler({
  ...readContainer(),
  calendar: statutoryCalendar,
  identifiers: randomIdentifiers,
});
