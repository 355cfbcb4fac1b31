import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import { type Role, roles } from '../../domain/access/roles.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { Whistle } from '../../domain/whistle/state.ts';
import { routes as ofBriefings } from '../../functions/briefing/routes.ts';
import { routes as ofCentres, register as registerCentre } from '../../functions/centre/routes.ts';
import { routes as ofProgrammes } from '../../functions/programme/routes.ts';
import type { RouteDefinition } from '../../functions/shared/route.ts';
import { routes as ofWhistles } from '../../functions/whistle/routes.ts';
import { changeAt, until, untilWaiting } from '../../local/api-client.ts';
import unitRows from '../../local/data/units.json' with { type: 'json' };
import { type Machine, startMachine } from '../support/machine.ts';
import { askRoute, inParallel } from '../support/requests.ts';
import { centre, discipline, justice, land, registration, today } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/**
 * Every route of whistles, list items, centres, placements and programmes, for every role, in units that stand differently
 * to one of each, over HTTP. What is sealed and whom a matter is about is written here by hand as well.
 */

const units = new UnitDirectory(unitRows as readonly Unit[]);

interface Actor {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly roles: readonly Role[];
  readonly token: string;
}

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const inUnits = (standing: readonly string[]): Promise<readonly Actor[]> =>
  Promise.all(
    standing.flatMap((unit) =>
      roles.map(async (role) => {
        const id = `${role}-${unit}`;
        return { id, name: '', unit, roles: [role], token: await mint(machine, { sub: id, unit, roles: role }) };
      }),
    ),
  );

interface Question {
  readonly route: RouteDefinition;
  readonly target: (actor: Actor) => Target;
  readonly params: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

/** Asks everybody everything; what is wrong, and how often which answer was expected. */
const ask = async (actors: readonly Actor[], questions: readonly Question[]) => {
  const wrong: string[] = [];
  const expected = new Map<string, number>();
  await inParallel(
    actors.flatMap((actor) => questions.map((question) => ({ actor, ...question }))),
    async ({ actor, route, target, ...asked }) => {
      const decision = decideAccess(actor, route.actions[0], target(actor), units);
      // Whoever may begin something would do so; the scenarios ask that.
      if (decision.allowed && route.write === 'create') return;
      const seen = await askRoute(machine.baseUrl, route, { token: actor.token, ifMatch: '"999999"', ...asked });
      const due = decision.allowed ? (route.write === undefined ? '200' : 'stale-version') : decision.code;
      expected.set(due, (expected.get(due) ?? 0) + 1);
      if ((seen.code || String(seen.status)) !== due)
        wrong.push(`${actor.id} ${route.path}: ${due}, but ${String(seen.status)} ${seen.body.slice(0, 160)}`);
    },
  );
  return { wrong, expected };
};

it('whistles and list items answer as the policy says', async () => {
  const housing = '622901-zjj';
  const { number } = await machine.api.as('triage').post('/whistles', {
    kind: 'ordinary',
    subject: '占道经营',
    situation: '中心无执法权',
    against: [housing],
    calls: [
      { unit: land, ask: '到场' },
      { unit: justice, ask: '到场' },
    ],
  });
  const listed = { list: 'need', subject: '路灯', details: '三盏' };
  const item = (await machine.api.as('triage').post('/list-items', listed)).number;
  await changeAt(machine.api.as('street-leader'), `/whistles/${number}`, 'decision', { approved: true });
  /** As the policy sees it: two departments called, a third that the matter is about. */
  const whistle = {
    unit: centre,
    content: { against: [housing] },
    legs: [{ unit: land }, { unit: justice }],
    supervisions: [],
    drafters: [],
  } as unknown as Whistle;
  const actors = await inUnits([
    centre,
    '622901007',
    land,
    justice,
    housing,
    '622901',
    '622901-xfj',
    '622900-xfj',
    '622923-xfj',
  ]);
  const questions = ofWhistles.map(
    (route: RouteDefinition): Question => ({
      route,
      // What has nothing in its address is about one's own unit; the item is the centre's.
      target: ({ unit }) => ({
        ...(route.path.includes('{whistle}') ? { whistle } : { named: route.path.includes('{item}') ? centre : unit }),
        ...(route.path.includes('{unit}') ? { named: land } : {}),
        ...(route.path.includes('{supervision}') ? { item: 1 } : {}),
      }),
      params: { whistle: number, unit: land, supervision: '1', item },
      ...(route.path.endsWith('/decision') ? { body: { approved: true } } : {}),
      ...(route.path === '/roll-calls' ? { query: '?from=2026-01-01&to=2026-12-31' } : {}),
    }),
  );
  const { wrong, expected } = await ask(actors, questions);
  expect(wrong).toEqual([]);
  expect([...expected.keys()].sort()).toEqual([
    '200',
    'not-the-step',
    'not-your-role',
    'not-your-unit',
    'stale-version',
  ]);
});

it('briefings of inspection bodies answer as the policy says: to the office that gave them, and to nobody else', async () => {
  const office = '622901-xfj';
  const told = {
    body: '州委第一巡察组',
    inspected: '622901',
    contents: ['tendencies', 'important-matters'],
    order: '临市信函〔2026〕1号',
    givenOn: today(),
  };
  const desk = machine.api.as('city-triage');
  const { number } = await desk.post('/briefings', told);
  const actors = await inUnits([office, '622901', centre, land, discipline, '622900-xfj', '622923-xfj']);
  const questions = ofBriefings.map(
    (route: RouteDefinition): Question => ({
      route,
      target: ({ unit }) => ({ named: route.path.includes('{') ? office : unit }),
      params: { briefing: number },
    }),
  );
  const { wrong, expected } = await ask(actors, questions);
  expect(wrong).toEqual([]);
  expect([...expected.keys()].sort()).toEqual(['200', 'not-your-role', 'not-your-unit', 'stale-version']);
  await changeAt(desk, `/briefings/${number}`, 'outcome', { adopted: true, on: today() });
  const { contents, outcome } = await desk.get(`/briefings/${number}`);
  expect([contents, outcome]).toEqual([['important-matters', 'tendencies'], { adopted: true, on: today() }]);
  expect((await desk.get('/briefings')).items).toMatchObject([{ number, inspected: '622901' }]);
  const counted = await until('it is counted', async () => {
    const { figures } = await machine.api.as('supervisor').get(`/statistics?unit=${office}`);
    return figures['briefings-adopted'] === 1 ? figures : undefined;
  });
  // By no kind and no unit inspected.
  expect(
    Object.keys(counted)
      .filter((key) => key.startsWith('briefings'))
      .sort(),
  ).toEqual(['briefings', 'briefings-adopted', 'briefings-answered']);
});

it('programmes answer as the policy says', async () => {
  const city = '622901';
  const kinds = { appointmentKinds: ['法律顾问'] };
  const { number } = await machine.api
    .as('city-triage')
    .post('/programmes', { kind: 'mechanism', name: '聘任与承诺', unit: city, from: today(), ...kinds });
  const actors = await inUnits([city, '622901-xfj', centre, '622901007', land, '622900-xfj', '622923-xfj', discipline]);
  const questions = ofProgrammes
    .filter(({ path }) => !path.startsWith('/petitions/'))
    .map(
      (route: RouteDefinition): Question => ({
        route,
        // Progress is about the unit that is asked for, in whatever programme.
        target: ({ unit }) => ({
          named: route.path.endsWith('/matters')
            ? land
            : route.path.endsWith('/progress')
              ? unit
              : route.path.includes('{')
                ? city
                : unit,
        }),
        params: { programme: number, document: '1', appointment: '1' },
        ...(route.path.endsWith('/matters') ? { query: `?unit=${land}` } : {}),
      }),
    );
  const { wrong, expected } = await ask(actors, questions);
  expect(wrong).toEqual([]);
  expect([...expected.keys()].sort()).toEqual(['200', 'not-your-role', 'not-your-unit', 'stale-version']);
});

describe('centres and what is placed with them', () => {
  const county = '622927-xfj';
  const town = '622927104-zzzx';
  const village = '622927104-syc';
  const standing = [
    town,
    '622927104',
    village,
    county,
    '622900-xfj',
    '622923-cbxc',
    '622923-xfj',
    '622901-xfj',
    discipline,
  ];
  const onPlacements = ofCentres.filter(({ path }) => path.includes('{number}'));
  const recusedOfficer = `petition-officer-${town}`;
  const placed: Record<string, string> = {};
  let actors: readonly Actor[];

  const as = (identity: string) => machine.api.as(identity);
  const takenIn = async (): Promise<string> => {
    const { petition } = await as('town-triage').post(`/centres/${town}/intakes`, registration());
    await untilWaiting(as('town-triage'), petition, 'triage');
    return petition;
  };
  const routed = async (): Promise<string> => {
    const number = await takenIn();
    const route = { purpose: 'appeal', path: 6, category: '0201', disposition: 'own', competentUnit: town };
    await as('town-triage').change(number, 'routing', route);
    return number;
  };
  const move = (identity: string, number: string, action: string, body: object) =>
    changeAt(as(identity), `/placements/${number}`, action, body);
  const centreBody = (unit: string) => ({
    unit,
    name: '综治中心',
    label: '平台',
    place: '一层',
    hours: '工作日',
    from: today(),
  });
  const down = { to: village, ask: '核实户数', against: [] };

  beforeAll(async () => {
    for (const unit of [town, village]) await as('town-triage').post('/centres', centreBody(unit));
    placed.open = await routed();
    await move('town-triage', placed.open, 'transfers', down);
    // Went down, and turned out to be about the village.
    placed.accused = await routed();
    await move('town-triage', placed.accused, 'transfers', down);
    await move('town-triage', placed.accused, 'recalls', { against: [village], reason: '反映村干部' });
    placed.recused = await routed();
    await as('town-triage').change(placed.recused, 'recusals', { officer: recusedOfficer, interest: '近亲属' });
    placed.sealed = await takenIn();
    await as('town-triage').change(placed.sealed, 'routing', {
      purpose: 'accusation',
      category: '1001',
      disposition: 'forward',
      competentUnit: discipline,
    });
    actors = await inUnits(standing);
  });

  const petitionOf = (state: string): Petition =>
    ({
      registration: { unit: town },
      recused: state === 'recused' ? [recusedOfficer] : [],
      ...(state === 'sealed' ? { route: { purpose: 'accusation', competentUnit: discipline } } : {}),
    }) as unknown as Petition;
  const targets: Readonly<Record<string, Target>> = {
    open: { named: village, placed: { at: [town, village], against: [] } },
    accused: { named: town, placed: { at: [town, village, town], against: [village] } },
    recused: { named: town, placed: { at: [town], against: [] } },
    sealed: { named: town, placed: { at: [town], against: [] } },
  };

  it('centres answer as the policy says', async () => {
    const questions = ofCentres
      .filter(({ path }) => !path.includes('{number}'))
      .map(
        (route: RouteDefinition): Question => ({
          route,
          // What is registered anew names its unit in the body.
          target: ({ unit }) => ({ named: route.path === '/centres' && !route.write ? unit : town }),
          params: { centre: town, desk: 'W1', assignment: '1' },
          ...(route === registerCentre ? { body: centreBody(town) } : {}),
        }),
      );
    const { wrong, expected } = await ask(actors, questions);
    expect(wrong).toEqual([]);
    expect([...expected.keys()].sort()).toEqual(['200', 'not-your-role', 'not-your-unit', 'stale-version']);
  });
  it('placements answer as the policy says, in every state of what they stand for', async () => {
    for (const [state, target] of Object.entries(targets)) {
      const petition = petitionOf(state);
      const { wrong, expected } = await ask(
        actors,
        onPlacements.map((route) => ({
          route,
          target: () => ({ petition, ...target }),
          params: { number: placed[state] ?? '' },
        })),
      );
      expect({ state, wrong }).toEqual({ state, wrong: [] });
      const among = [...expected.keys()];
      expect(among.includes(state === 'recused' ? 'recused' : state === 'sealed' ? 'not-found' : '200')).toBe(true);
    }
  });

  it('by hand: of what is sealed nobody but its organ learns that it is there, whatever he asks', async () => {
    const other = '622927104-20260101-ZZZZZZ';
    for (const route of onPlacements)
      for (const { unit, token, id } of actors.filter(({ unit }) => unit !== discipline)) {
        const [sealed, none] = await Promise.all(
          [placed.sealed ?? '', other].map((number) =>
            askRoute(machine.baseUrl, route, { token, ifMatch: '"999999"', params: { number } }),
          ),
        );
        expect([id, unit, sealed?.status, sealed?.body.replace(placed.sealed ?? '', other)]).toEqual([
          id,
          unit,
          404,
          none?.body,
        ]);
      }
  });

  it('by hand: those whom a matter is about are told nothing of it, nor find it in a list or a count', async () => {
    const accused = actors.filter(({ unit }) => unit === village);
    for (const { id, token } of accused)
      for (const route of onPlacements) {
        const number = placed.accused ?? '';
        const { status } = await askRoute(machine.baseUrl, route, { token, ifMatch: '"999999"', params: { number } });
        expect([id, route.path, status]).toEqual([id, route.path, 403]);
      }
    const numbersIn = async (role: Role, unit: string): Promise<readonly string[]> => {
      const { token } = actors.find((actor) => actor.unit === unit && actor.roles[0] === role) as Actor;
      const inboxes = await Promise.all(
        [town, village].map(async (each) => {
          const headers = { authorization: `Bearer ${token}` };
          const response = await fetch(`${machine.baseUrl}/centres/${each}/matters`, { headers });
          return response.ok ? ((await response.json()) as { items: { number: string }[] }).items : [];
        }),
      );
      return inboxes.flat().map(({ number }) => number);
    };
    const { open = '', accused: about = '', recused = '' } = placed;
    await until('the lists have caught up', async () =>
      (await numbersIn('receptionist', town)).length === 3 ? true : undefined,
    );
    expect((await numbersIn('receptionist', town)).toSorted()).toEqual([open, about, recused].toSorted());
    expect(await numbersIn('village-officer', village)).toEqual([open]);
    // He who is recused finds what is his colleagues' to do nowhere.
    expect((await numbersIn('petition-officer', town)).toSorted()).toEqual([open, about].toSorted());
  });
});
