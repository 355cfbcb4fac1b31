import { firstFault } from '../../adapters/chain.ts';
import { readContainer } from '../shared/container.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { records, context } = readContainer(sealing());

export const handler = createHandler({ records, context, firstFault });
