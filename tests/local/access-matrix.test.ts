import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, decideAccess } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import { type Officer, type Role, roles } from '../../domain/access/roles.ts';
import { itemOf } from '../../domain/access/separation.ts';
import { noticeOf, unitOwing } from '../../domain/notices/record.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { RouteDefinition } from '../../functions/shared/route.ts';
import { type Answer, untilWaiting } from '../../local/api-client.ts';
import unitRows from '../../local/data/units.json' with { type: 'json' };
import { type Machine, startMachine } from '../support/machine.ts';
import { allRoutes, askRoute, inParallel, type Seen } from '../support/requests.ts';
import { bodyFor } from '../support/sample.ts';
import { historyOf, registeredStory, registration, take, today, until } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/**
 * Every route, for every role, in units that stand differently to the petition, over HTTP. What is expected follows from
 * the policy and the record; what matters most is written here by hand, so that a changed policy is noticed as well.
 */

const units = new UnitDirectory(unitRows as readonly Unit[]);

/** The units, by how they stand to a petition of the street centre that the land bureau handles. */
const standing = {
  own: '622901007-zzzx',
  below: '622901007-tjwyh',
  handling: '622901-zrzy',
  'same tree': '622901-zjj',
  above: '622901',
  'office above': '622901-xfj',
  'two levels above': '622900-xfj',
  'other tree': '622921-xfj',
} as const;

interface Actor extends Officer {
  readonly token: string;
}

let machine: Machine;
let registered: string;
let served: string;
let session: string;
const actors: Actor[] = [];

const actorOf = async (unit: string, own: readonly Role[], id: string): Promise<Actor> => ({
  id,
  name: '',
  unit,
  roles: own,
  token: await mint(machine, { sub: id, unit, roles: own.join(' ') }),
});

beforeAll(async () => {
  machine = await startMachine();
  const { api } = machine;
  registered = (await api.as('receptionist').post('/petitions', registration())).number;
  served = (await api.as('receptionist').post('/petitions', registration())).number;
  const step = async (who: string, waiting: string, action: string, body: object = {}) => {
    await untilWaiting(api.as(who), served, waiting);
    return api.as(who).change(served, action, body);
  };
  const route = {
    purpose: 'appeal',
    path: 6,
    category: '0201',
    disposition: 'forward',
    competentUnit: standing.handling,
  };
  await step('triage', 'triage', 'routing', route);
  await step('land-handler', 'organ-answer', 'acceptance');
  await step('land-handler', 'propose', 'assignment-proposals', { leadUnit: standing.handling, reason: '职责所在' });
  await step('land-leader', 'approve', 'assignment-decisions', { decision: 'approve' });
  await step('land-handler', 'report-in', `legs/${standing.handling}/acknowledgement`);
  await api.as('land-handler').change(served, `legs/${standing.handling}/report-in`, { officer: 'land-handler' });
  await step('land-handler', 'draft', 'opinions', {
    result: 'not-support',
    answers: ['不予补发。', '已按公告计算。'],
    facts: '经查，补偿款按公告标准发放。',
    reasons: '请求缺乏事实根据。',
    legalBasis: ['《中华人民共和国土地管理法》第四十八条'],
  });
  await step('land-leader', 'approve-opinion', 'opinion-decisions', { decision: 'approve' });
  await step('land-handler', 'serve', 'opinion-service', { method: 'in-person', servedOn: today() });
  await api
    .as('supervisor')
    .change(served, 'supervisions', { ground: 'delay', against: standing.handling, reason: '拖延' });
  await api.as('land-handler').change(served, 'recusal-proposals', { officer: 'somebody', interest: '近亲属' });
  session = (
    await api.as('receptionist').post('/reception-sessions', {
      leader: 'street-leader',
      leaderName: '街道领导甲',
      post: '副书记',
      portfolio: '综合治理',
      mode: '定点接访',
      place: '接访室',
      date: today(),
      from: '09:00',
      to: '17:00',
    })
  ).number;
  await api.as('receptionist').changeSession(session, 'visits', { visitor: '郑某', purpose: '咨询', persons: 1 });
  for (const unit of Object.values(standing))
    for (const role of roles) actors.push(await actorOf(unit, [role], `${role}-${unit}`));
});
afterAll(async () => {
  await machine.remove();
});

/** Of grids, needs and assemblies, and of whistles: asked in village-matrix.test.ts and whistle-matrix.test.ts. */
const ofVillages = /^\/(grids|needs|assemblies|whistles|roll-calls|centres|placements|list-items)(\/|$)/;
const ofPetitions = allRoutes.filter(({ path, public: open }) => path.includes('{number}') && !open);
const ofSessions = allRoutes.filter(({ path }) => path.includes('{id}') && path.startsWith('/reception-sessions'));
/** No petition and no session in its address. */
const ofNothing = allRoutes.filter(({ path, public: open }) => !path.includes('{') && !open && !ofVillages.test(path));
/** Neither; what they show is asked petition by petition, or their own tests ask them. */
const elsewhere = ['/history-exports/{export}', '/annual-reports/{year}', '/statistics/{figure}/cases'];
const pathParameters = {
  unit: standing.handling,
  id: 'opinion-1',
  supervision: '1',
  hearing: '1',
  proposal: '1',
  access: '1',
  visit: '1',
};

/** A sample of what the route takes; supervision is of a unit that there is. */
const bodyOf = (route: RouteDefinition): unknown =>
  route.path.endsWith('/supervisions')
    ? { ground: 'delay', against: standing.handling, reason: '拖延' }
    : bodyFor(route);

/** What the route asks the policy for, when it is sent this body. */
const actionOf = ({ actions }: RouteDefinition, body: unknown): Action => {
  const { decision } = (body ?? {}) as { decision?: string };
  return actions.find((action) => decision !== undefined && action.toLowerCase().startsWith(decision)) ?? actions[0];
};

/** Whom or what a route is about besides the petition, as docs/access.md says of its relation. */
const namedBy = ({ path }: RouteDefinition, petition: Petition, body: unknown): string | undefined => {
  const { officer, against } = (body ?? {}) as { officer?: string; against?: string };
  if (path.includes('/legs/')) return pathParameters.unit;
  if (/recusal(s|-liftings)$|decision$/.test(path) && officer !== undefined) return officer;
  if (path.endsWith('/supervisions')) return against;
  if (path.includes('/supervisions/')) return petition.supervisions[0]?.against;
  if (path.endsWith('/quality-checks')) return units.petitionOfficeOf(petition.registration?.unit ?? '');
  if (path.endsWith('/service')) return unitOwing(noticeOf(petition, pathParameters.id), petition, units);
  return undefined;
};

const expectedOf = (officer: Officer, action: Action, target: Target): string => {
  const decision = decideAccess(officer, action, target, units);
  return decision.allowed ? 'allowed' : decision.code;
};

/**
 * What the answer says of the policy: allowed is what comes after it, and here that changes nothing. A version that never is
 * stops a change before any rule is asked; what needs none may be refused for its content.
 */
const outcomeOf = ({ status, code }: Seen): string =>
  status === 200 || status === 201 || code === 'stale-version' || code === 'rule-violated'
    ? 'allowed'
    : code || String(status);

const stateOf = async (number: string): Promise<Petition> =>
  foldPetition((await historyOf(machine.api, number)) as never);

/** An hour from now a version will not be that; so nothing is ever written. */
const noVersion = '"999999"';

const matrixOf = async (number: string): Promise<{ asked: number; allowed: number; wrong: string[] }> => {
  const petition = await stateOf(number);
  const counts = { asked: 0, allowed: 0, wrong: [] as string[] };
  const routes = ofPetitions.filter(
    ({ path, write }) =>
      // What writes without a version is tried below; what names a notice or a piece of evidence needs one that is there.
      write !== 'create' &&
      (!path.includes('{id}') || petition.notices.some(({ id }) => id === pathParameters.id)) &&
      !path.includes('{evidence}'),
  );
  await inParallel(
    actors.flatMap((actor) => routes.map((route) => ({ actor, route }))),
    async ({ actor, route }) => {
      const body = bodyOf(route);
      const action = actionOf(route, body);
      const named = namedBy(route, petition, body);
      const item = itemOf({
        ...(route.path.includes('{supervision}') ? { supervision: 1 } : {}),
        ...(route.path.includes('{proposal}') ? { proposal: 1 } : {}),
      });
      const target = {
        petition,
        ...(named === undefined ? {} : { named }),
        ...(item === undefined ? {} : { item }),
        at: new Date().toISOString(),
      };
      const expected = expectedOf(actor, action, target);
      const seen = await askRoute(machine.baseUrl, route, {
        token: actor.token,
        ifMatch: noVersion,
        params: { ...pathParameters, number },
        body,
      });
      counts.asked += 1;
      if (expected === 'allowed') counts.allowed += 1;
      if (outcomeOf(seen) !== expected)
        counts.wrong.push(
          `${actor.id} ${action} ${route.path}: ${expected}, but ${String(seen.status)} ${seen.body.slice(0, 200)}`,
        );
    },
  );
  return counts;
};

describe('every route of a petition, for every role in every standing', () => {
  it.each(['registered', 'served'] as const)('of one that is %s, answers as the policy says', async (state) => {
    const number = state === 'registered' ? registered : served;
    const before = (await historyOf(machine.api, number)).length;
    const { asked, allowed, wrong } = await matrixOf(number);
    console.log(
      `access matrix, ${state}: ${String(asked)} requests, ${String(allowed)} allowed, ${String(asked - allowed)} denied`,
    );
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(6000);
    expect(allowed).toBeGreaterThan(100);
    // Nothing was written by any of them.
    expect((await historyOf(machine.api, number)).length).toBe(before);
  });
});

it('leaves no route out', () => {
  const asked = [...ofPetitions, ...ofSessions, ...ofNothing].map(({ path }) => path);
  const officers = allRoutes
    .filter(({ path, public: open }) => !open && !ofVillages.test(path))
    .map(({ path }) => path);
  expect([...new Set(officers)].filter((path) => !asked.includes(path)).sort()).toEqual(elsewhere.toSorted());
});

it('every other route for officers answers as the policy says', async () => {
  const loaded = (await machine.api.as('receptionist').get(`/reception-sessions/${session}`)) as Answer;
  const wrong: string[] = [];
  let asked = 0;
  await inParallel(
    actors.flatMap((actor) => [...ofSessions, ...ofNothing].map((route) => ({ actor, route }))),
    async ({ actor, route }) => {
      const queries: Record<string, string> = {
        '/history': `?unit=${standing.own}&from=${today()}`,
        '/statistics': `?unit=${standing.own}`,
        '/statistics/export': `?unit=${standing.own}&format=csv`,
      };
      const bodies: Record<string, object> = {
        '/petition-lookups': { phone: '13900000002' },
        '/history-exports': {
          scope: { kind: 'unit', unit: standing.own, from: today(), to: today() },
          purpose: 'audit',
        },
      };
      const body = bodies[route.path] ?? bodyFor(route);
      const target: Target = ofSessions.includes(route)
        ? { sessionUnit: loaded.unit }
        : { named: standing.own, ...(route.path === '/petitions' ? { source: 'window' } : {}) };
      // An export asks for what its scope is: here a unit's days.
      const action = route.path === '/history-exports' ? 'ReadUnitDay' : route.actions[0];
      const expected = expectedOf(actor, action, target);
      const seen = await askRoute(machine.baseUrl, route, {
        token: actor.token,
        ifMatch: noVersion,
        params: { ...pathParameters, id: session },
        query: queries[route.path] ?? '',
        body,
      });
      asked += 1;
      if (outcomeOf(seen) !== expected)
        wrong.push(
          `${actor.id} ${action} ${route.path}: ${expected}, but ${String(seen.status)} ${seen.body.slice(0, 200)}`,
        );
    },
  );
  console.log(`access matrix, no petition: ${String(asked)} requests`);
  expect(wrong).toEqual([]);
});

describe('written by hand', () => {
  const rows: readonly [role: Role, where: keyof typeof standing, path: string, expected: string][] = [
    ['receptionist', 'own', 'GET /petitions/{number}', 'allowed'],
    ['handler', 'handling', 'GET /petitions/{number}', 'allowed'],
    ['leader', 'above', 'GET /petitions/{number}', 'allowed'],
    ['auditor', 'two levels above', 'GET /petitions/{number}', 'allowed'],
    ['handler', 'same tree', 'GET /petitions/{number}', 'not-your-unit'],
    ['leader', 'other tree', 'GET /petitions/{number}', 'not-your-unit'],
    ['supervisor', 'other tree', 'GET /petitions/{number}', 'not-your-unit'],
    ['auditor', 'other tree', 'GET /petitions/{number}/reads', 'not-your-unit'],
    ['operator', 'own', 'GET /petitions/{number}', 'not-your-role'],
    ['administrator', 'own', 'GET /petitions/{number}', 'not-your-role'],
    ['grid-worker', 'own', 'GET /petitions/{number}', 'not-your-unit'],
    ['receptionist', 'own', 'GET /petitions/{number}/history', 'not-your-role'],
    ['supervisor', 'office above', 'GET /petitions/{number}/reads', 'not-your-role'],
    ['auditor', 'office above', 'GET /petitions/{number}/reads', 'allowed'],
    ['auditor', 'office above', 'GET /petitions/{number}/readership', 'allowed'],
    ['petition-officer', 'own', 'GET /petitions/{number}/readership', 'not-your-role'],
    ['petition-officer', 'own', 'POST /petitions/{number}/closing-decisions', 'allowed'],
    ['petition-officer', 'office above', 'POST /petitions/{number}/closing-decisions', 'not-your-unit'],
    ['handler', 'handling', 'POST /petitions/{number}/closing-decisions', 'not-your-role'],
    ['handler', 'handling', 'POST /petitions/{number}/opinions', 'allowed'],
    ['handler', 'above', 'POST /petitions/{number}/opinions', 'not-your-unit'],
    ['leader', 'handling', 'POST /petitions/{number}/opinion-decisions', 'allowed'],
    ['leader', 'above', 'POST /petitions/{number}/opinion-decisions', 'allowed'],
    ['leader', 'same tree', 'POST /petitions/{number}/opinion-decisions', 'not-your-unit'],
    ['handler', 'handling', 'POST /petitions/{number}/opinion-decisions', 'not-your-role'],
    ['head', 'handling', 'POST /petitions/{number}/extension-decisions', 'allowed'],
    ['leader', 'handling', 'POST /petitions/{number}/extension-decisions', 'not-your-role'],
    ['head', 'above', 'POST /petitions/{number}/extension-decisions', 'not-your-unit'],
    ['supervisor', 'office above', 'POST /petitions/{number}/supervisions', 'allowed'],
    ['supervisor', 'two levels above', 'POST /petitions/{number}/supervisions', 'allowed'],
    ['supervisor', 'other tree', 'POST /petitions/{number}/supervisions', 'not-your-unit'],
    ['supervisor', 'handling', 'POST /petitions/{number}/supervisions', 'not-your-unit'],
    ['petition-officer', 'own', 'POST /petitions/{number}/recusal-proposals/{proposal}/decision', 'allowed'],
    ['supervisor', 'office above', 'POST /petitions/{number}/recusal-proposals/{proposal}/decision', 'allowed'],
    [
      'petition-officer',
      'other tree',
      'POST /petitions/{number}/recusal-proposals/{proposal}/decision',
      'not-your-unit',
    ],
    ['handler', 'handling', 'POST /petitions/{number}/recusal-proposals/{proposal}/decision', 'not-your-role'],
    ['mediator', 'below', 'POST /petitions/{number}/agreements', 'not-the-step'],
  ];

  it('what matters most, on the petition that has been answered', async () => {
    for (const [role, where, named, expected] of rows) {
      const route = ofPetitions.find(({ method, path }) => `${method} ${path}` === named);
      const actor = actors.find(({ id }) => id === `${role}-${standing[where]}`);
      if (!route || !actor) throw new Error(`${named} ${role} ${where}`);
      const params = { ...pathParameters, number: served };
      const seen = await askRoute(machine.baseUrl, route, {
        token: actor.token,
        ifMatch: noVersion,
        params,
        body: bodyOf(route),
      });
      expect([role, where, named, outcomeOf(seen)]).toEqual([role, where, named, expected]);
    }
  });

  it('nothing opens without a token, with a role that nobody knows, or under a route that is not there', async () => {
    const strangers = await Promise.all(
      ['stranger', 'petitioner', 'public', ''].map((own) => mint(machine, { sub: 'stranger', roles: own })),
    );
    await inParallel([...ofPetitions, ...ofSessions, ...ofNothing], async (route) => {
      const params = { ...pathParameters, number: served, ...(ofSessions.includes(route) ? { id: session } : {}) };
      expect((await askRoute(machine.baseUrl, route, { params })).status).toBe(401);
      for (const token of strangers) {
        const seen = await askRoute(machine.baseUrl, route, { token, params });
        expect([route.path, seen.status, seen.code]).toEqual([route.path, 403, 'not-your-role']);
      }
    });
    const everything = await actorOf(standing.own, roles, 'everything');
    for (const path of ['/petitions', `/petitions/${served}/everything`, '/units/all'])
      expect([
        path,
        (await fetch(`${machine.baseUrl}${path}`, { headers: { authorization: `Bearer ${everything.token}` } })).status,
      ]).toEqual([path, 404]);
  });

  it('whoever is recused does and sees nothing of it, with every role and in every unit', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('approve'));
    const { number } = story;
    const recused = await Promise.all(
      [standing.own, standing.handling, standing.above, standing['office above']].map((unit) =>
        actorOf(unit, roles, 'somebody-concerned'),
      ),
    );
    const { queryCode } = story;
    // Proposed by the petitioner, decided by the office: from then on.
    await machine.api.as().post('/portal/recusal-proposals', { number, queryCode, whom: '某人', interest: '近亲属' });
    await untilWaiting(machine.api.as('triage'), number, 'decide-recusal');
    await machine.api.as('triage').change(number, 'recusal-proposals/1/decision', {
      officer: 'somebody-concerned',
      granted: true,
      reason: '经查属实',
    });
    const page = (await machine.api.as().post('/portal/petition', { number, queryCode })) as Answer;
    expect(page.recusals).toMatchObject([{ whom: '某人', granted: true, reason: '经查属实' }]);
    let asked = 0;
    await inParallel(
      recused.flatMap((actor) => ofPetitions.map((route) => ({ actor, route }))),
      async ({ actor, route }) => {
        const params = { ...pathParameters, id: 'acceptance-1', number };
        const seen = await askRoute(machine.baseUrl, route, { token: actor.token, ifMatch: noVersion, params });
        asked += 1;
        expect([actor.unit, route.path, seen.status, seen.code]).toEqual([actor.unit, route.path, 403, 'recused']);
      },
    );
    for (const { token, unit } of recused) {
      const get = async (path: string) =>
        (await fetch(`${machine.baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } })).text();
      const lists = ['/worklist?limit=100', `/history?unit=${standing.own}&day=${today()}&limit=100`];
      for (const path of lists) expect([unit, path, (await get(path)).includes(number)]).toEqual([unit, path, false]);
    }
    console.log(`recused: ${String(asked)} requests refused`);
  });

  it('emergency access opens reading for its time, stands before a second person at once, and never opens the rest', async () => {
    const { api, baseUrl } = machine;
    const use = ofPetitions.find(({ path }) => path.endsWith('/emergency-access'));
    const read = ofPetitions.find(({ method, path }) => `${method} ${path}` === 'GET /petitions/{number}');
    if (!use || !read) throw new Error('There is no emergency access.');
    const far = await actorOf('622901-zjj', ['leader'], 'far-leader');
    const params = { number: served };
    const ask = (route: RouteDefinition, { token }: Actor, of = params) =>
      askRoute(baseUrl, route, { token, params: of });
    expect((await ask(read, far)).code).toBe('not-your-unit');
    const used = await ask(use, far);
    expect([used.status, JSON.parse(used.body).events]).toEqual([200, ['EmergencyAccessUsed']]);
    expect((await ask(read, far)).status).toBe(200);
    expect((await untilWaiting(api.as('supervisor'), served, 'review-emergency-access')).audience).toBe(
      'supervisor@622901-xfj',
    );
    const { could } = (await api.as('auditor').get(`/petitions/${served}/readership`)) as Answer;
    expect(could.persons).toMatchObject([{ officer: 'far-leader', why: 'emergency access' }]);
    await api.as('supervisor').change(served, 'emergency-access/1/review', { justified: false, remark: '并不紧急' });
    // Not for whom it concerns anyway, not for handlers, not from another tree.
    for (const [unit, role, code] of [
      [standing.own, 'petition-officer', 'not-your-unit'],
      [standing['same tree'], 'handler', 'not-your-role'],
      [standing['other tree'], 'supervisor', 'not-your-unit'],
    ] as const)
      expect([unit, role, (await ask(use, await actorOf(unit, [role], `${role}-tries`))).code]).toEqual([
        unit,
        role,
        code,
      ]);
    await machine.control('clock', { milliseconds: 4 * 3_600_000 + 1000 });
    // The token has run out with the clock of the functions, not with that of the gateway.
    const later = await actorOf('622901-zjj', ['leader'], 'far-leader');
    expect((await ask(read, later)).code).toBe('not-your-unit');
  });
});
