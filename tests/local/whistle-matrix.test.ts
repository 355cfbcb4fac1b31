import { afterAll, beforeAll, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import { type Role, roles } from '../../domain/access/roles.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import type { Whistle } from '../../domain/whistle/state.ts';
import type { RouteDefinition } from '../../functions/shared/route.ts';
import { routes as ofWhistles } from '../../functions/whistle/routes.ts';
import { changeAt } from '../../local/api-client.ts';
import unitRows from '../../local/data/units.json' with { type: 'json' };
import { type Machine, startMachine } from '../support/machine.ts';
import { askRoute, inParallel } from '../support/requests.ts';
import { centre, justice, land } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/** Every route of whistles, for every role, in units that stand differently to one that has been blown, over HTTP. */

const units = new UnitDirectory(unitRows as readonly Unit[]);
const housing = '622901-zjj';
const standing = [centre, '622901007', land, justice, housing, '622901', '622901-xfj', '622900-xfj', '622923-xfj'];

let machine: Machine;
let number: string;
let item: string;
/** As the policy sees it: two departments called, a third that the matter is about. */
const whistle = {
  unit: centre,
  content: { against: [housing] },
  legs: [{ unit: land }, { unit: justice }],
  supervisions: [],
} as unknown as Whistle;

beforeAll(async () => {
  machine = await startMachine();
  const answer = await machine.api.as('triage').post('/whistles', {
    kind: 'ordinary',
    subject: '占道经营',
    situation: '中心无执法权',
    against: [housing],
    calls: [
      { unit: land, ask: '到场' },
      { unit: justice, ask: '到场' },
    ],
  });
  number = answer.number;
  const listed = { list: 'need', subject: '路灯', details: '三盏' };
  item = (await machine.api.as('triage').post('/list-items', listed)).number;
  await changeAt(machine.api.as('street-leader'), `/whistles/${number}`, 'decision', { approved: true });
});
afterAll(async () => {
  await machine.remove();
});

/** What has nothing in its address is about one's own unit; the item is the centre's. */
const targetOf = ({ path }: RouteDefinition, unit: string): Target => ({
  ...(path.includes('{whistle}') ? { whistle } : { named: path.includes('{item}') ? centre : unit }),
  ...(path.includes('{unit}') ? { named: land } : {}),
  ...(path.includes('{supervision}') ? { item: 1 } : {}),
});

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
  const seenCodes = new Map<string, number>();
  await inParallel(
    actors.flatMap((actor) => ofWhistles.map((route: RouteDefinition) => ({ actor, route }))),
    async ({ actor, route }) => {
      const decision = decideAccess(actor, route.actions[0], targetOf(route, actor.unit), units);
      // Whoever may draft would do so; whistle.test.ts asks that.
      if (decision.allowed && route.write === 'create') return;
      const seen = await askRoute(machine.baseUrl, route, {
        token: actor.token,
        ifMatch: '"999999"',
        params: { whistle: number, unit: land, supervision: '1', item },
        ...(route.path.endsWith('/decision') ? { body: { approved: true } } : {}),
        ...(route.path === '/roll-calls' ? { query: '?from=2026-01-01&to=2026-12-31' } : {}),
      });
      const expected = decision.allowed ? (route.write === undefined ? '200' : 'stale-version') : decision.code;
      seenCodes.set(expected, (seenCodes.get(expected) ?? 0) + 1);
      if ((seen.code || String(seen.status)) !== expected)
        wrong.push(`${actor.id} ${route.path}: ${expected}, but ${String(seen.status)} ${seen.body.slice(0, 160)}`);
    },
  );
  expect(wrong).toEqual([]);
  expect([...seenCodes.keys()].sort()).toEqual([
    '200',
    'not-the-step',
    'not-your-role',
    'not-your-unit',
    'stale-version',
  ]);
});
