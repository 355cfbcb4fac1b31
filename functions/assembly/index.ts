import { statutoryCalendar } from '../../adapters/calendar.ts';
import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { Presigner } from '../../adapters/presigned.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const hasher = new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID'));

export const handler = createHandler({
  ...readContainer(sealing()),
  calendar: statutoryCalendar,
  hasher,
  identifiers: randomIdentifiers,
  quarantine: new Presigner({ bucket: required('QUARANTINE_BUCKET'), domain: required('QUARANTINE_DOMAIN') }),
});
