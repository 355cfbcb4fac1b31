import { DataKeys } from '../../adapters/data-keys.ts';
import { suiteNamed } from '../../adapters/envelope.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import type { Sealing } from '../../adapters/record-store.ts';
import { required } from './environment.ts';

/** What a function is wired with that works with personal data; the others open nothing. */
export const sealing = (): Sealing => ({
  keys: new DataKeys({ kms: kmsClient(), keyId: required('PERSONAL_DATA_KEY_ID') }),
  suite: suiteNamed(required('ENCRYPTION_SUITE')),
});
