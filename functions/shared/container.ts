import { statutoryCalendar } from '../../adapters/calendar.ts';
import { systemClock } from '../../adapters/clock.ts';
import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoReferenceData } from '../../adapters/reference-data.ts';
import { createCommands } from './commands.ts';
import { required } from './environment.ts';

/** What every function that changes petitions is wired with. */
export const container = () => {
  const tables = { petitionsTable: required('PETITIONS_TABLE'), historyTable: required('HISTORY_TABLE') };
  const client = dynamoDbClient();
  const records = new DynamoRecordStore({ client, ...tables });
  const reference = new DynamoReferenceData({ client, ...tables });
  const commands = createCommands({ records, reference, calendar: statutoryCalendar, clock: systemClock });
  return { client, tables, records, reference, commands, clock: systemClock };
};
