import { DynamoAnchorLog } from '../../adapters/anchor-log.ts';
import { BucketWitness } from '../../adapters/anchor-witness.ts';
import { systemClock } from '../../adapters/clock.ts';
import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { required } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  log: new DynamoAnchorLog({ client: dynamoDbClient(), petitionsTable: required('PETITIONS_TABLE') }),
  witness: new BucketWitness(required('ANCHOR_BUCKET')),
  clock: systemClock,
});
