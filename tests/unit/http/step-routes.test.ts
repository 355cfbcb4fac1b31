import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { routesOf, stepRoutes } from '../../../functions/enquiry/step-routes.ts';
import { allRoutes } from '../../../functions/routes.ts';
import { routeKey } from '../../../functions/shared/route.ts';

const root = join(import.meta.dirname, '../../..');

it('names only routes that there are', () => {
  const keys = new Set(allRoutes.map(routeKey));
  const missing = Object.values(stepRoutes)
    .flat()
    .filter((path) => !keys.has(`POST ${path}`) && !keys.has(`GET ${path}`));
  expect(missing).toEqual([]);
});

it('has a line for every step of the machines and every task', () => {
  const machines = readdirSync(join(root, 'workflows')).filter((file) => file.endsWith('.asl.json'));
  const steps = machines.flatMap((file) => {
    const stage = file.replace('.asl.json', '');
    const text = readFileSync(join(root, 'workflows', file), 'utf8');
    return [...text.matchAll(/"step": "([a-z-]+)"/g)].map(([, step]) => `${stage}/${step}`);
  });
  const tasks = [
    'workflow/tasks.ts',
    'grid/need-views.ts',
    'assembly/assembly.ts',
    'whistle/waiting.ts',
    'centre/placement-history.ts',
    'reception/tasks.ts',
    'imports/import.ts',
  ].flatMap((file) =>
    [...readFileSync(join(root, 'domain', file), 'utf8').matchAll(/task\('([a-z-]+)'/g)].map(
      ([, step]) => `task/${step}`,
    ),
  );
  expect(steps.length).toBeGreaterThan(20);
  expect([...new Set([...steps, ...tasks])].filter((step) => !(step in stepRoutes))).toEqual([]);
});

it('offers a task of a petition no route of whistles, nor the other way round', () => {
  for (const step of Object.keys(stepRoutes)) {
    expect(routesOf('petition', step).filter((path) => path.startsWith('/whistles/'))).toEqual([]);
    expect(routesOf('whistle', step).filter((path) => path.startsWith('/petitions/'))).toEqual([]);
  }
  expect(routesOf('petition', 'task/give-feedback')).toEqual([
    '/petitions/{number}/supervisions/{supervision}/feedback',
  ]);
  expect(routesOf('whistle', 'task/follow-supervision')).toEqual(['/whistles/{whistle}']);
});
