import { dynamoDbClient } from '../../adapters/dynamodb-client.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoReferenceData } from '../../adapters/reference-data.ts';
import { StepFunctionsWorkflow, stepFunctionsClient } from '../../adapters/step-functions.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { UnitDirectory } from '../../domain/organisation/unit.ts';
import { describeAnyStep } from '../../domain/workflow/describe.ts';
import { required } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

const tables = { petitionsTable: required('PETITIONS_TABLE'), historyTable: required('HISTORY_TABLE') };
const client = dynamoDbClient();
const reference = new DynamoReferenceData({ client, ...tables });

export const handler = createHandler({
  records: new DynamoRecordStore({ client, ...tables }),
  workItems: new DynamoWorkItemStore({ client, ...tables }),
  // Only answers tokens, which name their execution themselves.
  workflow: new StepFunctionsWorkflow(stepFunctionsClient(), {}),
  describe: async (kind, events, ref) => describeAnyStep(kind, events, ref, new UnitDirectory(await reference.units())),
});
