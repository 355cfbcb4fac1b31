import { statutoryCalendar } from '../../adapters/calendar.ts';
import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { KmsLookupHasher, kmsClient } from '../../adapters/lookup-hasher.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoReferenceData } from '../../adapters/reference-data.ts';
import { required } from '../shared/environment.ts';
import { contextSource } from '../shared/rules-context.ts';
import { createHandler } from './handler.ts';

const stores = {
  client: dynamoDbClient(),
  petitionsTable: required('PETITIONS_TABLE'),
  historyTable: required('HISTORY_TABLE'),
};

export const handler = createHandler({
  records: new DynamoRecordStore(stores),
  hasher: new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID')),
  context: contextSource({ reference: new DynamoReferenceData(stores), calendar: statutoryCalendar }),
});
