import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, decideAccess, policy } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import { type Officer, type Role, roles } from '../../domain/access/roles.ts';
import { itemOf } from '../../domain/access/separation.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { noticeOf, unitOwing } from '../../domain/notices/record.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import { allRoutes } from '../../functions/routes.ts';
import type { RouteDefinition } from '../../functions/shared/route.ts';
import { type Answer, untilWaiting } from '../../local/api-client.ts';
import unitRows from '../../local/data/units.json' with { type: 'json' };
import { oneOfEach } from '../support/access-classes.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { askRoute, inParallel, type Seen } from '../support/requests.ts';
import { bodyFor, queryFor } from '../support/sample.ts';
import {
  discipline,
  openReceptionDay,
  registeredStory,
  registration,
  streetLeader,
  take,
  today,
  until,
} from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/**
 * Every route, for every role, in units that stand differently to the petition, as a stranger to it and as those who did or
 * are something in it. The policy is asked for all of them; over HTTP goes one of each class that it cannot tell apart, each
 * time another. What matters most is written here by hand, so that a changed policy is noticed as well.
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

/** Persons, by what they are to the petitions: their ids stand in the record. */
const persons = {
  stranger: undefined,
  /** Proposed the assignment, drafted and served the opinion. */
  proposer: 'land-handler',
  /** Approved both. */
  approver: 'land-leader',
  registrar: 'receptionist',
  /** Opened the supervision. */
  supervisor: 'supervisor',
  /** Accused, and recused where that was decided. */
  accused: 'land-head',
} as const;

interface Actor extends Officer {
  readonly token: () => Promise<string>;
}

const turn = { ...streetLeader, from: '2026-01-01' };
let machine: Machine;
/** A petition in each of these states. */
const petitions: Record<string, string> = {};
let session: string;

const actorOf = (unit: string, own: readonly Role[], id: string): Actor => {
  let made: Promise<string> | undefined;
  return {
    id,
    name: '',
    unit,
    roles: own,
    token: () => {
      made ??= mint(machine, { sub: id, unit, roles: own.join(' ') });
      return made;
    },
  };
};

const inEveryUnit = (all: readonly string[], person: string | undefined): readonly Actor[] =>
  all.flatMap((unit) => roles.map((role) => actorOf(unit, [role], person ?? `${role}-${unit}`)));

/** Everybody whom the policy is asked about. */
const actors = Object.values(persons).flatMap((person) => inEveryUnit(Object.values(standing), person));
/** Of what is sealed also those of its organ. */
const withItsOrgan = [...actors, ...Object.values(persons).flatMap((person) => inEveryUnit([discipline], person))];

beforeAll(async () => {
  machine = await startMachine();
  const { api } = machine;
  const register = async (changes: object = {}): Promise<string> =>
    (await api.as('receptionist').post('/petitions', registration(changes))).number;
  const stepsOf =
    (number: string) =>
    async (who: string, waiting: string, action: string, body: object = {}) => {
      await untilWaiting(api.as(who), number, waiting);
      return api.as(who).change(number, action, body);
    };
  const route = {
    purpose: 'appeal',
    path: 6,
    category: '0201',
    disposition: 'forward',
    competentUnit: standing.handling,
  };
  const proposed = async (): Promise<string> => {
    const number = await register();
    const step = stepsOf(number);
    await step('triage', 'triage', 'routing', route);
    await step('land-handler', 'organ-answer', 'acceptance');
    await step('land-handler', 'propose', 'assignment-proposals', { leadUnit: standing.handling, reason: '职责所在' });
    return number;
  };
  /** The accused works in the organ that handles it; the office in charge decides that he is recused. */
  const recuseAccused = async (number: string, decider: string): Promise<void> => {
    await api.as(decider).change(number, 'recusals', { officer: persons.accused, interest: '被反映人' });
  };
  const served = async (): Promise<string> => {
    const number = await proposed();
    const step = stepsOf(number);
    await step('land-leader', 'approve', 'assignment-decisions', { decision: 'approve' });
    await step('land-handler', 'report-in', `legs/${standing.handling}/acknowledgement`);
    await api.as('land-handler').change(number, `legs/${standing.handling}/report-in`, { officer: 'land-handler' });
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
      .change(number, 'supervisions', { ground: 'delay', against: standing.handling, reason: '拖延' });
    await api.as('land-handler').change(number, 'recusal-proposals', { officer: 'somebody', interest: '近亲属' });
    await recuseAccused(number, 'triage');
    return number;
  };
  const sealed = async (): Promise<string> => {
    const number = await register({ subject: '反映作风问题' });
    await api.as('triage').change(number, 'routing', {
      purpose: 'accusation',
      category: '11',
      disposition: 'forward',
      competentUnit: discipline,
    });
    return number;
  };
  [petitions.registered, petitions.proposed, petitions.served, petitions.sealed] = (await Promise.all([
    register(),
    proposed(),
    served(),
    sealed(),
  ])) as [string, string, string, string];
  session = await openReceptionDay(api, { date: plusDays(today(), 1) });
  await api.as('triage').post('/reception-rotas', { unit: leading, leaders: [turn] });
  await api.as('receptionist').changeSession(session, 'visits', { visitor: '郑某', purpose: '咨询', persons: 1 });
  // Decided, so that nobody who may decides it again.
  const asked = { visitor: '冯某', phone: '13900000055', purpose: '咨询' };
  await api.as().post(`/public/reception-days/${session}/bookings`, asked);
  const decision = { decision: 'decline', reason: '请直接前来' };
  await api.as('receptionist').post(`/reception-sessions/${session}/bookings/1/decision`, decision);
});
afterAll(async () => {
  await machine.remove();
});

/** Of whistles, centres and programmes: asked in mechanisms-matrix.test.ts. */
const ofMechanisms = /^\/(whistles|roll-calls|centres|placements|list-items|programmes|briefings)(\/|$)/;
/** Asked in import.test.ts. */
const ofImports = /^\/(imports|import-templates|posts)(\/|$)/;
const closed = allRoutes.filter(({ path, public: open }) => !open && !ofMechanisms.test(path) && !ofImports.test(path));
const ofPetitions = closed.filter(({ path }) => path.includes('{number}'));
const ofSessions = closed.filter(({ path }) => path.includes('{id}') && path.startsWith('/reception-sessions'));
/** About a unit, or nothing in particular: the village's are asked in village-matrix.test.ts. */
const ofUnits = closed.filter(({ path }) => !path.includes('{') && !/^\/(grids|needs|assemblies)$/.test(path));
/** About one rota. */
const ofRotas = closed.filter(({ path }) => path.startsWith('/reception-rotas/'));
/** Whose leaders receive at the desk of the petition. */
const leading = '622901007';
const pathParameters = {
  unit: standing.handling,
  id: 'opinion-1',
  supervision: '1',
  hearing: '1',
  proposal: '1',
  access: '1',
  visit: '1',
  booking: '1',
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
 * stops a change before any rule is asked; what needs none may be there already, or refused for its content.
 */
const outcomeOf = ({ status, code }: Seen): string =>
  status === 200 || status === 201 || ['stale-version', 'already-decided', 'rule-violated'].includes(code)
    ? 'allowed'
    : code || String(status);

/** As an auditor of the office in charge reads it, or of the organ that has it. */
const stateOf = async (number: string): Promise<Petition> => {
  const auditor = actorOf(
    number === petitions.sealed ? discipline : standing['two levels above'],
    ['auditor'],
    'reader',
  );
  const headers = { authorization: `Bearer ${await auditor.token()}` };
  const { items } = (await (
    await fetch(`${machine.baseUrl}/petitions/${number}/history?limit=100`, { headers })
  ).json()) as Answer;
  return foldPetition(items);
};

/** An hour from now a version will not be that; so nothing is ever written. */
const noVersion = '"999999"';

interface Question {
  readonly route: RouteDefinition;
  readonly action: Action;
  readonly target: Target;
  readonly params: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body: unknown;
}

interface Counts {
  asked: number;
  standsFor: number;
  allowed: number;
  readonly wrong: string[];
  /** Answers that the policy gives differently to some of a class: there are none. */
  readonly mixed: string[];
}

/** Asks the policy for everybody, and over HTTP for one of each class. */
const matrixOf = async (everybody: readonly Actor[], questions: readonly Question[]): Promise<Counts> => {
  const counts: Counts = { asked: 0, standsFor: 0, allowed: 0, wrong: [], mixed: [] };
  const asked = questions.flatMap((question, turn) =>
    oneOfEach(everybody, question.action, question.target, units, turn).map(([actor, all]) => {
      const expected = expectedOf(actor, question.action, question.target);
      counts.standsFor += all.length;
      for (const other of all)
        if (expectedOf(other, question.action, question.target) !== expected)
          counts.mixed.push(`${other.id}@${other.unit} ${question.action}`);
      return { ...question, actor, expected };
    }),
  );
  await inParallel(asked, async ({ route, action, params, query = '', body, actor, expected }) => {
    const token = await actor.token();
    const seen = await askRoute(machine.baseUrl, route, { token, ifMatch: noVersion, params, query, body });
    counts.asked += 1;
    if (expected === 'allowed') counts.allowed += 1;
    if (outcomeOf(seen) !== expected)
      counts.wrong.push(
        `${actor.id}@${actor.unit} as ${actor.roles.join()} ${action} ${route.path}: ${expected}, but ${String(seen.status)} ${seen.body.slice(0, 200)}`,
      );
  });
  return counts;
};

const told = (what: string, { asked, standsFor, allowed }: Counts): void =>
  console.log(
    `access matrix, ${what}: ${String(asked)} requests for ${String(standsFor)} cases, ${String(allowed)} allowed`,
  );

const questionsOf = (number: string, petition: Petition): readonly Question[] =>
  ofPetitions
    .filter(
      ({ path, write }) =>
        // What writes without a version is tried below; what names a notice or a piece of evidence needs one that is there.
        write !== 'create' &&
        (!path.includes('{id}') || petition.notices.some(({ id }) => id === pathParameters.id)) &&
        !path.includes('{evidence}'),
    )
    .map((route) => {
      const body = bodyOf(route);
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
      return { route, action: actionOf(route, body), target, params: { ...pathParameters, number }, body };
    });

describe('every route of a petition, for every role in every standing, for strangers and for those who have to do with it', () => {
  it.each(['registered', 'proposed', 'served', 'sealed'])(
    'of one that is %s, answers as the policy says',
    async (state) => {
      const number = petitions[state] ?? '';
      const petition = await stateOf(number);
      const questions = questionsOf(number, petition);
      const counts = await matrixOf(state === 'sealed' ? withItsOrgan : actors, questions);
      told(state, counts);
      expect(counts.mixed).toEqual([]);
      expect(counts.wrong).toEqual([]);
      expect(counts.standsFor).toBeGreaterThan(40_000);
      expect(counts.allowed).toBeGreaterThan(state === 'sealed' ? 10 : 40);
      // Nothing was written by any of them.
      expect((await stateOf(number)).version).toBe(petition.version);
    },
  );
});

it('no route, whatever it is about, opens to a role that its action is not granted to: also one that is new', async () => {
  const wrong: string[] = [];
  let asked = 0;
  let absent = 0;
  await inParallel(closed, async (route) => {
    const body = bodyOf(route);
    const without = roles.filter(
      (role) => !policy[actionOf(route, body)].some(([own]) => own.some((one) => one === role)),
    );
    for (const role of without) {
      const seen = await askRoute(machine.baseUrl, route, {
        token: await actorOf(standing.own, [role], `no-${role}`).token(),
        ifMatch: noVersion,
        params: { ...pathParameters, number: petitions.served ?? '' },
        query: queryFor(route),
        body,
      });
      asked += 1;
      // What is named in the address or the body and is not there may be said to be missing before anybody asks whose it is.
      if (seen.status === 404 && seen.code === 'not-found') absent += 1;
      else if (seen.code !== 'not-your-role')
        wrong.push(`${role} ${route.method} ${route.path}: ${String(seen.status)} ${seen.body.slice(0, 200)}`);
    }
  });
  console.log(
    `access matrix, no grant: ${String(asked)} requests over ${String(closed.length)} routes, ${String(absent)} of what is not there`,
  );
  expect(wrong).toEqual([]);
  expect(absent).toBeLessThan(asked / 3);
});

it('every route of reception days and of units answers as the policy says', async () => {
  const loaded = (await machine.api.as('receptionist').get(`/reception-sessions/${session}`)) as Answer;
  const queries: Record<string, string> = {
    '/history': `?unit=${standing.own}&from=${today()}`,
    '/reception-duties': `?unit=${leading}`,
    '/reception-ledger': `?unit=${leading}&from=${today()}`,
    '/reception-ledger/export': `?unit=${leading}&from=${today()}&format=csv`,
    '/backlog': `?unit=${standing.own}`,
    '/sponsorships': `?unit=${standing.own}`,
    '/statistics': `?unit=${standing.own}`,
    '/statistics/export': `?unit=${standing.own}&format=csv`,
  };
  const bodies: Record<string, object> = {
    '/petition-lookups': { phone: '13900000002' },
    '/history-exports': {
      scope: { kind: 'unit', unit: standing.own, from: today(), to: today() },
      purpose: 'audit',
    },
    // There is one already, so that nobody begins another.
    '/reception-rotas': { unit: leading, leaders: [turn] },
  };
  const counts = await matrixOf(
    inEveryUnit(Object.values(standing), undefined),
    [...ofSessions, ...ofRotas, ...ofUnits].map((route) => ({
      route,
      // An export asks for what its scope is: here a unit's days.
      action: route.path === '/history-exports' ? 'ReadUnitDay' : route.actions[0],
      target: ofSessions.includes(route)
        ? { sessionUnit: loaded.unit, ...(route.path.endsWith('/confirmation') ? { named: streetLeader.leader } : {}) }
        : { named: route.path.startsWith('/reception-') ? leading : standing.own },
      params: { ...pathParameters, id: session, rota: leading, entry: '1' },
      query: queries[route.path] ?? '',
      body: bodies[route.path] ?? bodyFor(route),
    })),
  );
  told('no petition', counts);
  expect(counts.mixed).toEqual([]);
  expect(counts.wrong).toEqual([]);
});

describe('written by hand', () => {
  const rows: readonly [
    role: Role,
    where: keyof typeof standing,
    path: string,
    expected: string,
    who?: keyof typeof persons,
    state?: string,
  ][] = [
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
    ['leader', 'above', 'POST /petitions/{number}/sponsor-proposals', 'allowed'],
    ['handler', 'handling', 'POST /petitions/{number}/sponsor-proposals', 'allowed'],
    ['handler', 'same tree', 'POST /petitions/{number}/sponsor-proposals', 'not-your-unit'],
    ['handler', 'handling', 'POST /petitions/{number}/sponsor-decisions', 'not-your-role'],
    // Nobody has charge of it yet: there is nobody who could sign.
    ['leader', 'above', 'POST /petitions/{number}/resolution-signatures', 'not-the-step'],
    ['handler', 'handling', 'POST /petitions/{number}/return-visits', 'not-your-role'],
    ['petition-officer', 'own', 'POST /petitions/{number}/return-visits', 'allowed'],
    ['petition-officer', 'own', 'POST /petitions/{number}/backlog-listing', 'allowed'],
    ['leader', 'above', 'POST /petitions/{number}/backlog-listing', 'not-your-role'],
    ['mediator', 'below', 'POST /petitions/{number}/agreements', 'not-the-step'],
    // Who proposed does not decide, whatever else he is and wherever he has gone.
    ['leader', 'handling', 'POST /petitions/{number}/assignment-decisions', 'allowed', 'stranger', 'proposed'],
    ['leader', 'handling', 'POST /petitions/{number}/assignment-decisions', 'own-proposal', 'proposer', 'proposed'],
    ['leader', 'above', 'POST /petitions/{number}/assignment-decisions', 'own-proposal', 'proposer', 'proposed'],
    ['leader', 'handling', 'POST /petitions/{number}/opinion-decisions', 'own-proposal', 'proposer'],
    ['leader', 'above', 'POST /petitions/{number}/opinion-decisions', 'own-proposal', 'proposer'],
    ['leader', 'handling', 'POST /petitions/{number}/opinion-decisions', 'allowed', 'approver'],
    ['petition-officer', 'own', 'POST /petitions/{number}/closing-decisions', 'own-proposal', 'proposer'],
    ['petition-officer', 'own', 'POST /petitions/{number}/closing-decisions', 'allowed', 'approver'],
    [
      'petition-officer',
      'own',
      'POST /petitions/{number}/recusal-proposals/{proposal}/decision',
      'own-proposal',
      'proposer',
    ],
    ['petition-officer', 'own', 'POST /petitions/{number}/resolutions', 'own-proposal', 'proposer'],
    ['petition-officer', 'own', 'POST /petitions/{number}/resolutions', 'own-proposal', 'registrar'],
    ['petition-officer', 'own', 'POST /petitions/{number}/resolutions', 'own-proposal', 'approver'],
    ['petition-officer', 'own', 'POST /petitions/{number}/resolutions', 'allowed'],
    // A place with one leader, who approved: the government above may.
    ['leader', 'above', 'POST /petitions/{number}/resolutions', 'own-proposal', 'approver'],
    ['leader', 'above', 'POST /petitions/{number}/resolutions', 'allowed'],
    // Who worked on it does not supervise it, and who opened a supervision does not close it.
    ['supervisor', 'office above', 'POST /petitions/{number}/supervisions', 'own-proposal', 'proposer'],
    ['supervisor', 'office above', 'POST /petitions/{number}/supervisions', 'own-proposal', 'approver'],
    [
      'supervisor',
      'office above',
      'POST /petitions/{number}/supervisions/{supervision}/closing',
      'own-proposal',
      'supervisor',
    ],
    [
      'supervisor',
      'office above',
      'POST /petitions/{number}/supervisions/{supervision}/closing',
      'own-proposal',
      'approver',
    ],
    [
      'supervisor',
      'office above',
      'POST /petitions/{number}/supervisions/{supervision}/closing',
      'allowed',
      'registrar',
    ],
    ['supervisor', 'office above', 'POST /petitions/{number}/quality-checks', 'own-proposal', 'proposer'],
    // He reads what he worked on.
    ['handler', 'handling', 'GET /petitions/{number}', 'allowed', 'proposer'],
    // The accused, once recused, neither handles nor leads nor reads, in his organ or above it.
    ['head', 'handling', 'GET /petitions/{number}', 'allowed', 'accused', 'proposed'],
    ['head', 'handling', 'GET /petitions/{number}', 'recused', 'accused'],
    ['leader', 'handling', 'POST /petitions/{number}/opinion-decisions', 'recused', 'accused'],
    ['head', 'handling', 'POST /petitions/{number}/extension-decisions', 'recused', 'accused'],
    ['leader', 'above', 'GET /petitions/{number}', 'recused', 'accused'],
    ['auditor', 'office above', 'GET /petitions/{number}/history', 'recused', 'accused'],
    ['petition-officer', 'own', 'POST /petitions/{number}/recusal-liftings', 'recused', 'accused'],
    ['operator', 'own', 'GET /petitions/{number}', 'recused', 'accused'],
    // Of what is sealed there is nothing, for the accused and for those who registered and routed it.
    ['leader', 'handling', 'GET /petitions/{number}', 'not-found', 'accused', 'sealed'],
    ['auditor', 'two levels above', 'GET /petitions/{number}', 'not-found', 'accused', 'sealed'],
    ['leader', 'above', 'GET /petitions/{number}', 'not-found', 'stranger', 'sealed'],
    ['receptionist', 'own', 'GET /petitions/{number}', 'not-found', 'registrar', 'sealed'],
    ['supervisor', 'office above', 'POST /petitions/{number}/supervisions', 'not-found', 'supervisor', 'sealed'],
    ['auditor', 'office above', 'GET /petitions/{number}/readership', 'not-found', 'stranger', 'sealed'],
  ];

  it('what matters most', async () => {
    for (const [role, where, named, expected, who = 'stranger', state = 'served'] of rows) {
      const route = ofPetitions.find(({ method, path }) => `${method} ${path}` === named);
      if (!route) throw new Error(`There is no ${named}.`);
      const actor = actorOf(standing[where], [role], persons[who] ?? `${role}-${standing[where]}`);
      const seen = await askRoute(machine.baseUrl, route, {
        token: await actor.token(),
        ifMatch: noVersion,
        params: { ...pathParameters, number: petitions[state] ?? '' },
        body: bodyOf(route),
      });
      const row = [role, where, named, who, state];
      expect([...row, outcomeOf(seen)]).toEqual([...row, expected]);
    }
  });

  it('the accused who sits in the very organ that has the accusation: recused, he learns that there is none', async () => {
    const read = ofPetitions.find(({ method, path }) => `${method} ${path}` === 'GET /petitions/{number}');
    const declare = ofPetitions.find(({ path }) => path.endsWith('/recusals'));
    if (!read || !declare) throw new Error('There is no recusal.');
    const number = petitions.sealed ?? '';
    const accused = actorOf(discipline, roles, 'discipline-accused');
    const colleague = actorOf(discipline, ['leader'], 'discipline-leader');
    const ask = async (actor: Actor, route: RouteDefinition, more: object = {}) =>
      askRoute(machine.baseUrl, route, { token: await actor.token(), params: { number }, ...more });
    expect((await ask(accused, read)).status).toBe(200);
    const { version } = await stateOf(number);
    const declared = await ask(colleague, declare, {
      ifMatch: `"${String(version)}"`,
      body: { officer: accused.id, interest: '被检举人' },
    });
    expect(declared.status).toBe(200);
    const never = '622901007-20260101-ZZZZZZ';
    await inParallel(ofPetitions, async (route) => {
      const params = { ...pathParameters, id: 'receipt-1' };
      const [hidden, absent] = await Promise.all(
        [number, never].map((each) => ask(accused, route, { ifMatch: noVersion, params: { ...params, number: each } })),
      );
      const blind = (seen: Seen | undefined, own: string) => [seen?.status, seen?.body.replaceAll(own, '<number>')];
      expect([route.path, ...blind(hidden, number)]).toEqual([route.path, ...blind(absent, never)]);
      expect([route.path, hidden?.status]).toEqual([route.path, 404]);
    });
  });

  it('nothing opens without a token, with a role that nobody knows, or under a route that is not there', async () => {
    const strangers = await Promise.all(
      ['stranger', 'petitioner', 'public', ''].map((own) => mint(machine, { sub: 'stranger', roles: own })),
    );
    await inParallel(closed, async (route) => {
      const params = {
        ...pathParameters,
        number: petitions.served ?? '',
        ...(ofSessions.includes(route) ? { id: session } : {}),
      };
      expect((await askRoute(machine.baseUrl, route, { params })).status).toBe(401);
      for (const token of strangers) {
        const seen = await askRoute(machine.baseUrl, route, { token, params });
        expect([route.path, seen.status, seen.code]).toEqual([route.path, 403, 'not-your-role']);
      }
    });
    const everything = actorOf(standing.own, roles, 'everything');
    for (const path of ['/petitions', `/petitions/${petitions.served ?? ''}/everything`, '/units/all'])
      expect([
        path,
        (await fetch(`${machine.baseUrl}${path}`, { headers: { authorization: `Bearer ${await everything.token()}` } }))
          .status,
      ]).toEqual([path, 404]);
  });

  it('whoever is recused does and sees nothing of it, with every role and in every unit', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('approve'));
    const { number } = story;
    const recused = [standing.own, standing.handling, standing.above, standing['office above']].map((unit) =>
      actorOf(unit, roles, 'somebody-concerned'),
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
        const seen = await askRoute(machine.baseUrl, route, {
          token: await actor.token(),
          ifMatch: noVersion,
          params,
        });
        asked += 1;
        expect([actor.unit, route.path, seen.status, seen.code]).toEqual([actor.unit, route.path, 403, 'recused']);
      },
    );
    for (const { token, unit } of recused) {
      const headers = { authorization: `Bearer ${await token()}` };
      const get = async (path: string) => (await fetch(`${machine.baseUrl}${path}`, { headers })).text();
      const lists = ['/worklist?limit=100', `/history?unit=${standing.own}&day=${today()}&limit=100`];
      for (const path of lists) expect([unit, path, (await get(path)).includes(number)]).toEqual([unit, path, false]);
    }
    console.log(`recused: ${String(asked)} requests refused`);
  });

  it('emergency access opens reading for its time, stands before a second person at once, and never opens the rest', async () => {
    const { api, baseUrl } = machine;
    const served = petitions.served ?? '';
    const use = ofPetitions.find(({ path }) => path.endsWith('/emergency-access'));
    const read = ofPetitions.find(({ method, path }) => `${method} ${path}` === 'GET /petitions/{number}');
    if (!use || !read) throw new Error('There is no emergency access.');
    const far = actorOf('622901-zjj', ['leader'], 'far-leader');
    const params = { number: served };
    const ask = async (route: RouteDefinition, { token }: Actor, of = params) =>
      askRoute(baseUrl, route, { token: await token(), params: of });
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
      expect([unit, role, (await ask(use, actorOf(unit, [role], `${role}-tries`))).code]).toEqual([unit, role, code]);
    await machine.control('clock', { milliseconds: 4 * 3_600_000 + 1000 });
    // The token has run out with the clock of the functions, not with that of the gateway.
    const later = actorOf('622901-zjj', ['leader'], 'far-leader');
    expect((await ask(read, later)).code).toBe('not-your-unit');
  });
});
