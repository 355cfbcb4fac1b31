import { statutoryCalendar } from '../../adapters/calendar.ts';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { decideEnrolling } from '../../domain/petition/narrow.ts';
import { containerWith } from '../shared/container.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { client, tables, ...rest } = containerWith(decideEnrolling, sealing());

export const handler = createHandler({
  ...rest,
  calendar: statutoryCalendar,
  identifiers: randomIdentifiers,
  figures: new DynamoFigureStore({ client, ...tables }),
});
