import { DynamoFigureStore } from '../../adapters/figures.ts';
import { streamOf } from '../../adapters/keys.ts';
import { readContainer } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const { client, tables, records, context } = readContainer();

export const handler = createHandler({
  records,
  context,
  figures: new DynamoFigureStore({ client, ...tables }),
  streamOf: (key) => (/^[PS]#/.test(key) ? streamOf(key) : undefined),
});
