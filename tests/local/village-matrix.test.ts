import { afterAll, beforeAll, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import { type Officer, type Role, roles } from '../../domain/access/roles.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import { routes as ofAssembly } from '../../functions/assembly/routes.ts';
import { readsByKind } from '../../functions/audit/routes.ts';
import { routes as ofGrid } from '../../functions/grid/routes.ts';
import type { RouteDefinition } from '../../functions/shared/route.ts';
import unitRows from '../../local/data/units.json' with { type: 'json' };
import { type Machine, startMachine } from '../support/machine.ts';
import { askRoute, inParallel } from '../support/requests.ts';
import { today } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/** Every route of grids, needs and assemblies, for every role, in units that stand differently to the village, over HTTP. */

const units = new UnitDirectory(unitRows as readonly Unit[]);
const village = '622923-cbxc';
const standing = [village, '622927104-syc', '622923-xfj', '622923', '622900-xfj', '622901-zrzy', '622927104-zzzx'];

let machine: Machine;
let params: Record<string, string>;
beforeAll(async () => {
  machine = await startMachine();
  const officer = machine.api.as('village-officer');
  const grid = 'CBXC-01';
  await officer.post('/grids', {
    code: grid,
    name: '第一网格',
    boundary: { description: '全村' },
    validFrom: today(),
  });
  await officer.post(
    `/grids/${grid}/appointments`,
    { officer: 'village-worker', post: '专职网格员', from: today() },
    { ifMatch: 1 },
  );
  const need = await machine.api
    .as('village-worker')
    .post('/needs', { grid, domain: '城管', need: '路灯损坏', count: 3, location: '一社' });
  const assembly = await officer.post('/assemblies', {
    date: today(),
    from: '09:00',
    place: '广场',
    themes: ['时事政策'],
    message: '请参加。',
  });
  params = { grid, need: need.number, assembly: assembly.number, appointment: '1', question: '1' };
});
afterAll(async () => {
  await machine.remove();
});

const routes: readonly RouteDefinition[] = [
  ...ofGrid,
  ...ofAssembly,
  { ...readsByKind, path: '/reads/need/{need}' },
  { ...readsByKind, path: '/reads/assembly/{assembly}' },
];

/** To whom it belongs: what stands in the address is the village's, what does not is one's own. */
const unitOf = (route: RouteDefinition, { unit }: Officer): string => (route.path.includes('{') ? village : unit);

it('answers as the policy says', async () => {
  const actors = await Promise.all(
    standing.flatMap((unit) =>
      roles.map(async (role: Role) => {
        const id = `${role}-${unit}`;
        return { id, name: '', unit, roles: [role], token: await mint(machine, { sub: id, unit, roles: role }) };
      }),
    ),
  );
  const wrong: string[] = [];
  let asked = 0;
  let denied = 0;
  await inParallel(
    actors.flatMap((actor) => routes.map((route) => ({ actor, route }))),
    async ({ actor, route }) => {
      const decision = decideAccess(actor, route.actions[0], { named: unitOf(route, actor) }, units);
      // Whoever may begin or add something would do so; the scenarios ask that. Here it must be refused to the others.
      if (decision.allowed && route.write === 'create') return;
      const seen = await askRoute(machine.baseUrl, route, { token: actor.token, ifMatch: '"999999"', params });
      asked += 1;
      const expected = decision.allowed ? (route.write === undefined ? '200' : 'stale-version') : decision.code;
      if (!decision.allowed) denied += 1;
      if ((seen.code || String(seen.status)) !== expected)
        wrong.push(`${actor.id} ${route.path}: ${expected}, but ${String(seen.status)} ${seen.body.slice(0, 160)}`);
    },
  );
  expect(wrong).toEqual([]);
  expect([asked > 1500, denied > 1000]).toEqual([true, true]);
});
