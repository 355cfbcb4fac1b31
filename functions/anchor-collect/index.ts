import { DynamoAnchorLog } from '../../adapters/anchor-log.ts';
import { systemClock } from '../../adapters/clock.ts';
import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { required } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  queue: new DynamoAnchorLog({ client: dynamoDbClient(), petitionsTable: required('PETITIONS_TABLE') }),
  clock: systemClock,
});
