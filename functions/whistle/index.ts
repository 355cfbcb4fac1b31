import { statutoryCalendar } from '../../adapters/calendar.ts';
import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { readContainer } from '../shared/container.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  ...readContainer(sealing()),
  calendar: statutoryCalendar,
  identifiers: randomIdentifiers,
});
