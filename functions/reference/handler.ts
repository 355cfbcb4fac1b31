import { httpApi, on } from '../shared/http-api.ts';
import type { RouteDefinition } from '../shared/route.ts';
import { openApiDocument } from './openapi.ts';
import * as routes from './routes.ts';

/** What anybody may read: health and the API's description. */
export const createHandler = (all: readonly RouteDefinition[], issuer: string) => {
  let document: object | undefined;
  return httpApi([
    on(routes.health, async () => ({ body: { status: 'ok' } })),
    on(routes.openApi, async () => {
      document ??= openApiDocument(all, issuer);
      return { body: document };
    }),
  ]);
};
