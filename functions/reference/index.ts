import { allRoutes } from '../routes.ts';
import { required } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler(allRoutes, required('ISSUER'));
