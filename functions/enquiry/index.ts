import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { container } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const { client, tables, commands, ...rest } = container();

export const handler = createHandler({
  ...rest,
  context: commands.context,
  workItems: new DynamoWorkItemStore({ client, ...tables }),
});
