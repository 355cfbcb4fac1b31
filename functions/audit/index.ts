import { firstFault } from '../../adapters/chain.ts';
import { container } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const { records, commands } = container();

export const handler = createHandler({ records, context: commands.context, firstFault });
