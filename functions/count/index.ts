import { DynamoCountLog } from '../../adapters/count-log.ts';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { streamOf, streamPrefixes } from '../../adapters/keys.ts';
import { countedKinds } from '../../domain/statistics/sheet.ts';
import { readContainer } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const countedPrefix = new RegExp(`^(?:${countedKinds.map((kind) => streamPrefixes[kind]).join('|')})#`);
const { client, tables, records, context, clock } = readContainer();

export const handler = createHandler({
  records,
  context,
  clock,
  figures: new DynamoFigureStore({ client, ...tables }),
  log: new DynamoCountLog({ client, ...tables }),
  streamOf: (key) => (countedPrefix.test(key) ? streamOf(key) : undefined),
});
