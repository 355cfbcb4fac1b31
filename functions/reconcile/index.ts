import { systemClock } from '../../adapters/clock.ts';
import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { DynamoOpenStageStore } from '../../adapters/open-stages.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { StepFunctionsWorkflow, stepFunctionsClient } from '../../adapters/step-functions.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { stageInput } from '../../domain/workflow/steps.ts';
import { required, stateMachines } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

const tables = { petitionsTable: required('PETITIONS_TABLE'), historyTable: required('HISTORY_TABLE') };
const client = dynamoDbClient();

export const handler = createHandler({
  records: new DynamoRecordStore({ client, ...tables }),
  workItems: new DynamoWorkItemStore({ client, ...tables }),
  openStages: new DynamoOpenStageStore({ client, ...tables }),
  workflow: new StepFunctionsWorkflow(stepFunctionsClient(), stateMachines()),
  stageInput,
  clock: systemClock,
});
