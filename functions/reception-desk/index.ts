import { statutoryCalendar } from '../../adapters/calendar.ts';
import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { decideAtDesk } from '../../domain/petition/narrow.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { containerWith } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { sealing } from '../shared/sealing.ts';
import { createSessionCommands } from '../shared/session-commands.ts';
import { createBookedVisits } from './booked-visits.ts';
import { createHandler } from './handler.ts';

const hasher = new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID'));

const desk = containerWith(decideAtDesk, sealing());
const dependencies = { ...desk, calendar: statutoryCalendar, decide: decideAtDesk };
const bookings = createBookedVisits(dependencies);

export const handler = createHandler({
  ...desk,
  sessions: createSessionCommands({ ...dependencies, decideSession, bookings }),
  bookings,
  hasher,
  identifiers: randomIdentifiers,
});
