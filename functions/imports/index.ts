import { statutoryCalendar } from '../../adapters/calendar.ts';
import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { DynamoImportStore } from '../../adapters/import-store.ts';
import { Presigner } from '../../adapters/presigned.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { client, tables, ...rest } = readContainer(sealing());

export const handler = createHandler({
  ...rest,
  calendar: statutoryCalendar,
  store: new DynamoImportStore({ client, ...tables }),
  uploads: new Presigner({ bucket: required('IMPORT_BUCKET'), domain: required('IMPORT_DOMAIN') }),
  identifiers: randomIdentifiers,
});
