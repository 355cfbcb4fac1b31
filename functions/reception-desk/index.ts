import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { decideAtDesk } from '../../domain/petition/narrow.ts';
import { receptionContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const hasher = new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID'));

export const handler = createHandler({
  ...receptionContainer(decideAtDesk, sealing()),
  hasher,
  identifiers: randomIdentifiers,
});
