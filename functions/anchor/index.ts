import { DynamoAnchorLog } from '../../adapters/anchor-log.ts';
import { BucketWitness } from '../../adapters/anchor-witness.ts';
import { KmsCheckpointSigner } from '../../adapters/checkpoint-signer.ts';
import { systemClock } from '../../adapters/clock.ts';
import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { required } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  log: new DynamoAnchorLog({
    client: dynamoDbClient(),
    petitionsTable: required('PETITIONS_TABLE'),
    signer: new KmsCheckpointSigner(kmsClient(), required('CHECKPOINT_KEY_ID')),
  }),
  witness: new BucketWitness(required('ANCHOR_BUCKET')),
  clock: systemClock,
});
