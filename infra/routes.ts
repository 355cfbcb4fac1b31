import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { routesByFunction as listed } from '../functions/routes.ts';
import type { RouteDefinition } from '../functions/shared/route.ts';
import { functionNames } from './bundle.ts';

const declares = (name: string): boolean => existsSync(join(import.meta.dirname, '../functions', name, 'routes.ts'));

/**
 * Routes by function, in the order of the folders.
 * @throws Error where functions/routes.ts leaves out a folder that declares routes, or names one that is not there
 */
const checked = (names: readonly string[]): ReadonlyMap<string, readonly RouteDefinition[]> => {
  const left = names.filter((name) => declares(name) !== Object.hasOwn(listed, name));
  const unknown = Object.keys(listed).filter((name) => !names.includes(name));
  if (left.length + unknown.length > 0)
    throw new Error(`functions/routes.ts is not what the folders declare: ${[...left, ...unknown].join(', ')}`);
  return new Map(names.map((name) => [name, listed[name] ?? []]));
};

export const routesByFunction = checked(functionNames());
