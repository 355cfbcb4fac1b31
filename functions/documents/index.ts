import { DynamoAttempts } from '../../adapters/attempts.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { limitsOfDeployment } from '../shared/limits.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const hasher = new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID'));

const container = readContainer(sealing());
const attempts = new DynamoAttempts({ client: container.client, ...container.tables });

export const handler = createHandler({ ...container, hasher, attempts, limits: limitsOfDeployment() });
