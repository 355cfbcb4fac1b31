import { statutoryCalendar } from '../../adapters/calendar.ts';
import { systemClock } from '../../adapters/clock.ts';
import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { DynamoRecordStore, type Sealing } from '../../adapters/record-store.ts';
import { DynamoReferenceData } from '../../adapters/reference-data.ts';
import type { Decide } from '../../domain/petition/petition.ts';
import type { DecideSession } from '../../domain/reception/commitments.ts';
import { createCommands } from './commands.ts';
import { required } from './environment.ts';
import { contextSource } from './rules-context.ts';
import { createSessionCommands } from './session-commands.ts';

/**
 * What every function that only reads is wired with: without the commands, its bundle leaves out what decides them.
 * @param sealing absent: personal data stays sealed for it
 */
export const readContainer = (sealing?: Sealing) => {
  const tables = { petitionsTable: required('PETITIONS_TABLE'), historyTable: required('HISTORY_TABLE') };
  const client = dynamoDbClient();
  const records = new DynamoRecordStore({ client, ...tables, ...(sealing === undefined ? {} : { sealing }) });
  const reference = new DynamoReferenceData({ client, ...tables });
  const context = contextSource({ reference, calendar: statutoryCalendar });
  return { client, tables, records, reference, context, clock: systemClock };
};

/** What a function is wired with that decides some commands only. */
export const containerWith = (decideSome: Decide, sealing?: Sealing) => {
  const { context: _, ...rest } = readContainer(sealing);
  return { ...rest, commands: createCommands({ ...rest, calendar: statutoryCalendar, decide: decideSome }) };
};

/** The same for whoever acts on reception days besides. */
export const receptionContainer = (decideSome: Decide, decideSession: DecideSession, sealing?: Sealing) => {
  const { commands, ...rest } = containerWith(decideSome, sealing);
  const sessions = createSessionCommands({ ...rest, calendar: statutoryCalendar, decide: decideSome, decideSession });
  return { ...rest, commands, sessions };
};
