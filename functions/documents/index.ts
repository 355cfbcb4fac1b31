import { DynamoAttempts } from '../../adapters/attempts.ts';
import { DynamoCountLog } from '../../adapters/count-log.ts';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { limitsOfDeployment } from '../shared/limits.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { client, tables, ...rest } = readContainer(sealing());
const hasher = new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID'));

const attempts = new DynamoAttempts({ client, ...tables });
const figures = new DynamoFigureStore({ client, ...tables });
const log = new DynamoCountLog({ client, ...tables });

export const handler = createHandler({ ...rest, hasher, attempts, figures, log, limits: limitsOfDeployment() });
