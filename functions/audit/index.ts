import { firstFault } from '../../adapters/chain.ts';
import { readContainer } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const { records, context } = readContainer();

export const handler = createHandler({ records, context, firstFault });
