import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '../domain/access/policy.ts';
import { functionNames } from './bundle.ts';

/** What the HTTP API needs to know of a route; functions/shared/route.ts declares the rest. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly public?: boolean;
  readonly actions: readonly Action[];
}

const declared = async (name: string): Promise<readonly Route[]> => {
  const file = join(import.meta.dirname, '../functions', name, 'routes.ts');
  if (!existsSync(file)) return [];
  const { routes } = (await import(file)) as { routes: readonly Route[] };
  return routes;
};

/** Routes by function, as each folder declares them in its routes.ts. */
export const routesByFunction: ReadonlyMap<string, readonly Route[]> = new Map(
  await Promise.all(functionNames().map(async (name) => [name, await declared(name)] as const)),
);
