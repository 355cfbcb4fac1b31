import { DynamoFigureStore } from '../../adapters/figures.ts';
import { streamOf, streamPrefixes } from '../../adapters/keys.ts';
import { countedKinds } from '../../domain/statistics/sheet.ts';
import { readContainer } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const countedPrefix = new RegExp(`^(?:${countedKinds.map((kind) => streamPrefixes[kind]).join('|')})#`);
const { client, tables, records, context } = readContainer();

export const handler = createHandler({
  records,
  context,
  figures: new DynamoFigureStore({ client, ...tables }),
  streamOf: (key) => (countedPrefix.test(key) ? streamOf(key) : undefined),
});
