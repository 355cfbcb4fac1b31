import { DynamoAnchorLog } from '../../adapters/anchor-log.ts';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { DynamoOpenStageStore } from '../../adapters/open-stages.ts';
import { StepFunctionsWorkflow, stepFunctionsClient } from '../../adapters/step-functions.ts';
import { DynamoActStore } from '../../adapters/unit-acts.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { stageInput } from '../../domain/workflow/steps.ts';
import { readContainer } from '../shared/container.ts';
import { stateMachines } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

const { client, tables, records, context, clock } = readContainer();

export const handler = createHandler({
  records,
  clock,
  context,
  workItems: new DynamoWorkItemStore({ client, ...tables }),
  figures: new DynamoFigureStore({ client, ...tables }),
  acts: new DynamoActStore({ client, ...tables }),
  openStages: new DynamoOpenStageStore({ client, ...tables }),
  workflow: new StepFunctionsWorkflow(stepFunctionsClient(), stateMachines()),
  stageInput,
  anchor: new DynamoAnchorLog({ client, ...tables }),
});
