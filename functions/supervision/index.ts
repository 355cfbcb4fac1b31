import { container } from '../shared/container.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler(container());
