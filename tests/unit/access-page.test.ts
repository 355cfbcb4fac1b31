import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Action, policy } from '../../domain/access/policy.ts';
import { roles } from '../../domain/access/roles.ts';
import { page, pageFile, withoutRoute } from '../../infra/access-page.ts';
import { routesByFunction } from '../../infra/routes.ts';

const routes = [...routesByFunction.values()].flat();
const rolesOf = (action: Action) => policy[action].flatMap(([each]) => each);

describe('every route', () => {
  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s names what the policy is asked',
    (_, route) => {
      expect(route.actions.length).toBeGreaterThan(0);
      for (const action of route.actions) expect(Object.keys(policy)).toContain(action);
    },
  );

  it('that asks for no token does only what needs none, and the others nothing that needs none alone', () => {
    for (const { public: open, actions, path } of routes) {
      for (const action of actions) {
        const without = rolesOf(action).some((role) => role === 'petitioner' || role === 'public');
        const withToken = rolesOf(action).some((role) => (roles as readonly string[]).includes(role));
        expect([path, open ? without : withToken]).toEqual([path, true]);
      }
    }
  });
});

it('every action has a route, or says how it happens without one', () => {
  const routed = new Set(routes.flatMap(({ actions }) => actions));
  expect((Object.keys(policy) as Action[]).filter((action) => !routed.has(action)).sort()).toEqual(
    Object.keys(withoutRoute).sort(),
  );
});

it('every role may do something, and the administrator and the operator read no petition', () => {
  for (const role of roles) {
    const may = (Object.keys(policy) as Action[]).filter((action) => rolesOf(action).includes(role));
    expect([role, may.length > 3]).toEqual([role, true]);
    if (role === 'administrator' || role === 'operator') {
      expect(may.filter((action) => /Petition|History|Session|Unit/.test(action))).toEqual([]);
    }
  }
});

it('docs/access.md stands as it is generated: run `npm run access` after a change', () =>
  expect(readFileSync(pageFile, 'utf8')).toBe(page()));
