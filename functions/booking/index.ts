import { DynamoAttempts } from '../../adapters/attempts.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { limitsOfDeployment } from '../shared/limits.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { client, tables, records, context, clock } = readContainer(sealing());

export const handler = createHandler({
  records,
  context,
  clock,
  hasher: new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID')),
  attempts: new DynamoAttempts({ client, ...tables }),
  limits: limitsOfDeployment(),
});
