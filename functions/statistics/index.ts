import { DynamoCountLog } from '../../adapters/count-log.ts';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { readContainer } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const { client, tables, ...rest } = readContainer();

export const handler = createHandler({
  ...rest,
  figures: new DynamoFigureStore({ client, ...tables }),
  log: new DynamoCountLog({ client, ...tables }),
});
