import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../domain/access/roles.ts';
import { allRoutes } from '../../functions/routes.ts';
import { type Answer, type ApiProblem, until, untilWaiting } from '../../local/api-client.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { askRoute, inParallel, type Seen } from '../support/requests.ts';
import { discipline, openReceptionDay, registration, today } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/**
 * The sealed compartment (检举控告, Art. 30), from outside: for everybody but the organ that has it, an accusation is a
 * number that was never given out. Whole answers are compared, over every route.
 */

const never = '622901007-20260101-ZZZZZZ';
const person = { name: '吴某', identityNumber: '622901199303030033', phone: '13900000033', address: '东区某巷' };

let machine: Machine;
let sealed: string;
let linked: string;
/** Another one, which a centre had taken in and on which departments had been called before it was sealed. */
let placed: string;
let whistle: string;
let session: string;
let evidence: number;
/** One officer with every role in each of these units, and one of each role at the desk that registered it. */
let outside: readonly { readonly who: string; readonly token: string }[];

beforeAll(async () => {
  machine = await startMachine();
  const { api } = machine;
  const desk = api.as('receptionist');
  // Everything that could go on pointing at it was there before: a visit, a repeat, an urgent report, a supervision, a
  // withdrawal, a notice.
  session = await openReceptionDay(api);
  await desk.changeSession(session, 'visits', { visitor: '吴某', purpose: '检举领导受贿', persons: 1 });
  await desk.changeSession(session, 'visits/1/check-in', { arrived: true });
  const registered = await desk.post(
    '/petitions',
    registration({ petitioner: { form: 'individual', person }, subject: '反映某单位问题' }),
  );
  sealed = registered.number;
  await desk.changeSession(session, 'visits/1/record', { account: '如实记录', petition: sealed });
  // It stands on the leader's worklist, until it is sealed.
  await untilWaiting(api.as('street-leader'), session, 'instruct');
  linked = (await desk.post('/petitions', registration())).number;
  await desk.change(linked, 'repeat-links', { earlier: sealed, reason: '同一人同一事项' });
  evidence = (
    await desk.change(sealed, 'evidence', {
      fileName: '证据.pdf',
      size: 1000,
      mediaType: 'application/pdf',
      sha256: '0'.repeat(64),
      shows: '事实',
      from: 'petitioner',
    })
  ).evidence;
  await desk.change(sealed, 'withdrawal-requests', { reason: '另行反映', voluntariness: '当面询问' });
  await api.as('triage').change(sealed, 'urgent-flags', { reason: '可能造成社会影响' });
  await api.as('prefecture-supervisor').change(sealed, 'supervisions', {
    ground: 'delay',
    against: '622901007-zzzx',
    reason: '拖延',
  });
  await untilWaiting(api.as('centre-handler'), sealed, 'give-feedback');
  await api.as('triage').change(sealed, 'routing', {
    purpose: 'accusation',
    category: '0201',
    disposition: 'forward',
    competentUnit: discipline,
  });
  await untilWaiting(api.as('discipline'), sealed, 'take-over-accusation');
  placed = (await desk.post('/petitions', registration({ subject: '反映另一单位问题' }))).number;
  await api.as('triage').post('/centres', {
    unit: '622901007-zzzx',
    name: '街道综治中心',
    label: '乡镇平台',
    place: '一层',
    hours: '工作日',
    from: today(),
  });
  await api.as('triage').post('/centres/622901007-zzzx/matters', { petition: placed });
  const routing = { category: '0201', competentUnit: '622901-zrzy' };
  await api.as('triage').change(placed, 'routing', { ...routing, purpose: 'appeal', path: 6, disposition: 'forward' });
  whistle = (
    await api.as('triage').post('/whistles', {
      kind: 'urgent',
      subject: '现场会商',
      situation: '街道无权核定',
      against: [],
      calls: [{ unit: '622901-sfj', ask: '派人到场' }],
      petition: placed,
    })
  ).number;
  await untilWaiting(api.as('triage'), placed, 'work-on-matter');
  await untilWaiting(api.as('street-leader'), whistle, 'approve');
  await api.as('triage').change(placed, 'retriage', { reason: '实为检举控告' });
  await untilWaiting(api.as('triage'), placed, 'triage');
  await api.as('triage').change(placed, 'routing', {
    purpose: 'accusation',
    category: '0201',
    disposition: 'forward',
    competentUnit: discipline,
  });
  const units = [
    '622901007-zzzx',
    '622901007',
    '622901-zrzy',
    '622901-xfj',
    '622901',
    '622900-xfj',
    '622900',
    '622921-xfj',
  ];
  outside = await Promise.all([
    ...units.map(async (unit) => ({
      who: `everything@${unit}`,
      token: await mint(machine, { sub: `all-${unit}`, unit, roles: roles.join(' ') }),
    })),
    ...roles.map(async (role) => ({
      who: `${role}@622901007-zzzx`,
      token: await mint(machine, { sub: `one-${role}`, unit: '622901007-zzzx', roles: role }),
    })),
    // Who had it in hand before: the very persons who registered and routed it.
    ...['receptionist', 'triage', 'prefecture-supervisor'].map(async (who) => ({ who, token: await api.token(who) })),
  ]);
});
afterAll(async () => {
  await machine.remove();
});

const numbered = allRoutes.filter(({ path, public: open }) => path.includes('{number}') && !open);

const blind = ({ status, headers, body }: Seen, number: string) => ({
  status,
  headers,
  body: body.replaceAll(number, '<number>'),
});

describe('an accusation under seal, for everybody outside its organ', () => {
  it('answers on every route as a number that was never given out: status, headers and body', async () => {
    let compared = 0;
    const differences: string[] = [];
    // Of what the petition has, and of what it has not: the first error that comes would tell.
    const there = {
      unit: '622901007-zzzx',
      id: 'receipt-1',
      supervision: '1',
      hearing: '1',
      evidence: String(evidence),
      proposal: '1',
      access: '1',
    };
    const notThere = {
      unit: 'nowhere',
      id: 'nothing-9',
      supervision: '9',
      hearing: '9',
      evidence: '9',
      proposal: '9',
      access: '9',
    };
    await inParallel(
      outside.flatMap((one) => numbered.map((route) => ({ ...one, route }))),
      async ({ who, token, route }) => {
        const variants = [
          ...(route.write === 'change' ? ['"1"', '"8"', ''] : ['']).map((ifMatch) => ({ ifMatch, params: there })),
          ...(/\{(?!number)/.test(route.path) ? [{ ifMatch: '"8"', params: notThere }] : []),
        ];
        for (const { ifMatch, params } of variants) {
          const [hidden, absent] = await Promise.all(
            [sealed, never].map((number) =>
              askRoute(machine.baseUrl, route, { token, ifMatch, params: { ...params, number } }),
            ),
          );
          compared += 1;
          const [one, other] = [blind(hidden as Seen, sealed), blind(absent as Seen, never)];
          if (JSON.stringify(one) !== JSON.stringify(other))
            differences.push(`${who} ${route.method} ${route.path} ${ifMatch}: ${JSON.stringify([one, other])}`);
          // Parsed and asked for, not turned away at the door.
          if (ifMatch !== '' || route.write !== 'change')
            expect([who, route.path, (absent as Seen).status]).toEqual([who, route.path, 404]);
        }
      },
    );
    console.log(`sealed: ${String(compared)} pairs of answers compared over ${String(numbered.length)} routes`);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(3000);
  });

  it('answers so too where it stood for something before: a place in a centre, a whistle', async () => {
    const standing = [
      ...numbered.filter(({ path }) => path.startsWith('/placements/')).map((route) => ({ route, what: placed })),
      ...allRoutes.filter(({ path }) => path.includes('{whistle}')).map((route) => ({ route, what: whistle })),
    ];
    expect(standing.length).toBeGreaterThan(20);
    const differences: string[] = [];
    await inParallel(
      outside.flatMap((one) => standing.map((each) => ({ ...one, ...each }))),
      async ({ who, token, route, what }) => {
        for (const ifMatch of route.write === 'change' ? ['"1"', '"8"', ''] : ['']) {
          const [hidden, absent] = await Promise.all(
            [what, never].map((number) =>
              askRoute(machine.baseUrl, route, {
                token,
                ifMatch,
                params: { number, whistle: number, unit: '622901-sfj', supervision: '1' },
              }),
            ),
          );
          const [one, other] = [blind(hidden as Seen, what), blind(absent as Seen, never)];
          if (JSON.stringify(one) !== JSON.stringify(other))
            differences.push(`${who} ${route.method} ${route.path} ${ifMatch}: ${JSON.stringify([one, other])}`);
        }
      },
    );
    expect(differences).toEqual([]);
  });

  it('named in the body of what begins something, it answers with the same code, words and pointer', async () => {
    const { baseUrl } = machine;
    const routeOf = (path: string) => {
      const found = allRoutes.find((each) => each.path === path && each.method === 'POST');
      if (!found) throw new Error(`There is no ${path}.`);
      return found;
    };
    const bodies: readonly [path: string, body: (petition: string) => object][] = [
      [
        '/whistles',
        (petition) => ({
          kind: 'urgent',
          subject: '现场会商',
          situation: '街道无权核定',
          against: [],
          calls: [{ unit: '622901-sfj', ask: '派人到场' }],
          petition,
        }),
      ],
      ['/centres/{centre}/matters', (petition) => ({ petition })],
    ];
    await inParallel(
      outside.flatMap((one) =>
        bodies.flatMap(([path, body]) => [sealed, placed].map((what) => ({ ...one, path, body, what }))),
      ),
      async ({ who, token, path, body, what }) => {
        const [hidden, absent] = await Promise.all(
          [what, never].map((number) =>
            askRoute(baseUrl, routeOf(path), { token, params: { centre: '622901007-zzzx' }, body: body(number) }),
          ),
        );
        expect([who, path, blind(hidden as Seen, what)]).toEqual([who, path, blind(absent as Seen, never)]);
        expect([who, path, absent?.status]).not.toEqual([who, path, 400]);
      },
    );
  });

  it('is named by no list, no search, no worklist, no history and no page of another petition', async () => {
    const lists = [
      ...['', '&role=petition-officer'].map((more) => `/worklist?limit=100${more}`),
      `/reception-sessions?unit=622901007-zzzx`,
      `/reception-sessions/${session}`,
      `/petitions/${linked}`,
      `/petitions/${linked}/history`,
      `/petitions/${linked}/readership`,
      `/petitions/${linked}/clocks`,
      `/petitions/${linked}/notices`,
      '/operations/workflows',
      '/whistles?limit=100',
      '/centres?limit=100',
      '/centres/622901007-zzzx/matters?limit=100',
      ...['622901007-zzzx', '622901-jwjw', '622900-xfj'].flatMap((unit) =>
        [1, 2, 100].map((limit) => `/history?unit=${unit}&below=true&from=${today()}&limit=${String(limit)}`),
      ),
    ];
    const decoded = (text: string): string =>
      [...text.matchAll(/"cursor":"([\w-]+)"/g)]
        .map(([, each = '']) => Buffer.from(each, 'base64url').toString())
        .join();
    let asked = 0;
    await inParallel(outside, async ({ who, token }) => {
      for (const path of lists) {
        const answer = await fetch(`${machine.baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
        const text = await answer.text();
        asked += 1;
        expect([
          who,
          path,
          text.includes(sealed),
          decoded(text).includes(sealed),
          text.includes('反映某单位问题'),
          text.includes(placed) || text.includes(whistle),
        ]).toEqual([who, path, false, false, false, false]);
      }
      const found = await fetch(`${machine.baseUrl}/petition-lookups`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...person }),
      });
      expect([who, (await found.text()).includes(sealed)]).toEqual([who, false]);
    });
    console.log(`sealed: ${String(asked)} lists read`);
  });

  it('leaves of its visit on a reception day neither who came nor why, for the leader and the desk of that day too', async () => {
    for (const identity of ['street-leader', 'street-leader-2', 'receptionist', 'triage']) {
      const { visits } = (await machine.api.as(identity).get(`/reception-sessions/${session}`)) as Answer;
      expect([identity, visits]).toEqual([identity, [{ number: 1, visitor: '〔略〕', purpose: '〔略〕', persons: 1 }]]);
    }
  });

  it('leaves its visit on nobody’s worklist, for the leader of that day neither', async () => {
    for (const identity of ['street-leader', 'street-leader-2', 'receptionist', 'triage', 'centre-handler']) {
      const { items } = (await machine.api.as(identity).get('/worklist?limit=100')) as Answer;
      expect([identity, items.filter(({ number }: { number: string }) => number === session)]).toEqual([identity, []]);
    }
  });

  it('is no ground, no repeat and no visit’s matter for anybody: named in a body it answers as what is not there', async () => {
    const { api, baseUrl } = machine;
    const { version } = (await api.as('receptionist').get(`/petitions/${linked}`)) as Answer;
    const routeOf = (path: string) => {
      const found = allRoutes.find((each) => each.path === path && each.method === 'POST');
      if (!found) throw new Error(`There is no ${path}.`);
      return found;
    };
    const bodies: readonly [path: string, identity: string, body: (number: string) => object][] = [
      ['/petitions/{number}/repeat-links', 'receptionist', (earlier) => ({ earlier, reason: '同一事项' })],
      ['/petitions/{number}/repeat-unlinks', 'receptionist', (earlier) => ({ earlier, reason: '有误' })],
      [
        '/petitions/{number}/refusal-proposals',
        'triage',
        (earlier) => ({ ground: 'in-process', earlier, reason: '办理中', properPath: '等待办理' }),
      ],
    ];
    for (const [path, identity, body] of bodies) {
      const token = await api.token(identity);
      const [hidden, absent] = await Promise.all(
        [sealed, never].map((number) =>
          askRoute(baseUrl, routeOf(path), {
            token,
            ifMatch: `"${String(version)}"`,
            params: { number: linked },
            body: body(number),
          }),
        ),
      );
      expect([path, blind(hidden as Seen, sealed)]).toEqual([path, blind(absent as Seen, never)]);
      expect([path, absent?.status]).not.toEqual([path, 400]);
      expect([path, absent?.status]).not.toEqual([path, 412]);
    }
  });

  it('is there for its organ', async () => {
    expect((await machine.api.as('discipline').get(`/petitions/${sealed}`)).number).toBe(sealed);
  });
});

describe('a booking of the public that became the visit of an accusation', () => {
  it('is seen at the desk until the matter is sealed, and then neither listed nor opened', async () => {
    const { api } = machine;
    const desk = api.as('receptionist');
    const day = await openReceptionDay(api, { from: '00:00' });
    const asked = { visitor: '冯举报', phone: '13900000044', purpose: '检举街道领导受贿' };
    await api.as().post(`/public/reception-days/${day}/bookings`, asked);
    const bookings = `/reception-sessions/${day}/bookings`;
    await desk.post(`${bookings}/1/decision`, { decision: 'confirm' });
    await desk.changeSession(day, 'visits/1/check-in', { arrived: true });
    const petitioner = { form: 'individual', person: { name: '冯举报', phone: '13900000044' } };
    const { number } = await desk.post('/petitions', registration({ petitioner, subject: '反映问题' }));
    await desk.changeSession(day, 'visits/1/record', { account: '如实记录', petition: number });
    expect((await desk.get(bookings)).items).toHaveLength(1);
    expect(await desk.post(`${bookings}/1/disclosures`, { purpose: 'contact' })).toMatchObject(asked);
    await untilWaiting(api.as('triage'), number, 'triage');
    await api.as('triage').change(number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: discipline,
    });
    expect((await desk.get(bookings)).items).toEqual([]);
    const refused = await desk
      .post(`${bookings}/1/disclosures`, { purpose: 'contact' })
      .catch((error: ApiProblem) => error.status);
    expect(refused).toBe(404);
  });
});

describe('what is brought as an accusation, before anybody has triaged it', () => {
  it('of the government below whose desk it was brought: the office above has it, and here it was never given out', async () => {
    const { api, baseUrl } = machine;
    const brought = {
      ...registration({ petitioner: { form: 'individual', person }, subject: '反映街道问题' }),
      accused: { units: ['622901007'], officers: ['city-handler'] },
    };
    const { number, queryCode } = (await api.as('receptionist').post('/petitions', brought)) as Answer;
    await untilWaiting(api.as('city-triage'), number, 'triage');
    expect((await api.as('city-triage').get(`/petitions/${number}`)).registration).toMatchObject({
      unit: '622901-xfj',
      accused: brought.accused,
    });
    const routes = numbered.filter(({ method }) => method === 'GET');
    await inParallel(
      outside.filter(({ who }) => !who.endsWith('@622901-xfj')),
      async ({ who, token }) => {
        for (const route of routes) {
          const [hidden, absent] = await Promise.all(
            [number, never].map((each) =>
              askRoute(baseUrl, route, { token, params: { number: each, id: 'receipt-1' } }),
            ),
          );
          expect([who, route.path, blind(hidden as Seen, number)]).toEqual([
            who,
            route.path,
            blind(absent as Seen, never),
          ]);
        }
        for (const path of ['/worklist?limit=100', `/history?unit=622901&below=true&from=${today()}&limit=100`]) {
          const answer = await fetch(`${baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
          expect([who, path, (await answer.text()).includes(number)]).toEqual([who, path, false]);
        }
      },
    );
    const page = (await api.as().post('/portal/petition', { number, queryCode })) as Answer;
    expect(page).toMatchObject({ status: 'registered', sealed: true, milestones: [] });

    const refused = await api
      .as('city-triage')
      .change(number, 'routing', {
        purpose: 'appeal',
        path: 6,
        category: '0201',
        disposition: 'forward',
        competentUnit: '622901007',
      })
      .catch((error: ApiProblem) => error.code);
    expect(refused).toBe('rule-violated');
    const accusation = { purpose: 'accusation', category: '0201', disposition: 'forward', competentUnit: discipline };
    await api.as('city-triage').change(number, 'routing', accusation);
    await untilWaiting(api.as('discipline'), number, 'take-over-accusation');
  });
});

describe('an accusation that is brought on the reception day of the accused', () => {
  it('shows him nothing of the visit, and waits for him nowhere', async () => {
    const { api, baseUrl } = machine;
    const desk = api.as('receptionist');
    const day = await openReceptionDay(api);
    for (const purpose of ['反映街道领导收钱', '反映土地补偿'])
      await desk.changeSession(day, 'visits', { visitor: '举报人', purpose, persons: 1 });
    for (const visit of [1, 2]) await desk.changeSession(day, `visits/${String(visit)}/check-in`, { arrived: true });
    const accusation = (over: object = {}) => ({
      ...registration({ petitioner: { form: 'individual', person }, subject: '反映街道领导' }),
      accused: { units: ['622901007'], officers: ['street-leader'] },
      visit: { session: day, visit: 1 },
      ...over,
    });
    const refused = (over: object) =>
      desk
        .post('/petitions', accusation(over))
        .catch(({ status, problem }: ApiProblem) => [status, (problem as Answer).errors?.[0]?.pointer]);
    expect(await refused({ visit: { session: day, visit: 99 } })).toEqual([404, undefined]);
    expect(await refused({ visit: { session: never, visit: 1 } })).toEqual([422, '/visit/session']);
    expect(await refused({ accused: { units: [], officers: ['street-leader'] } })).toEqual([422, '/accused/units']);

    // What had been told of the matter before anybody knew what it was.
    await desk.changeSession(day, 'visits/1/record', { account: '称街道领导收钱' });
    await untilWaiting(api.as('street-leader'), day, 'instruct');
    const { number } = await desk.post('/petitions', accusation());
    // Withheld from the desk, the visit is not there.
    expect(await refused({})).toEqual([404, undefined]);

    const leader = api.as('street-leader');
    const seen = (await leader.get(`/reception-sessions/${String(day)}`)).visits as Answer[];
    expect(JSON.stringify(seen[0])).not.toMatch(/收钱|举|622901/);
    expect(seen[1]).toMatchObject({ purpose: '反映土地补偿' });
    const ledger = await fetch(`${baseUrl}/reception-ledger?from=${today()}&to=${today()}`, {
      headers: { authorization: `Bearer ${await api.token('street-leader')}` },
    });
    expect(await ledger.text()).not.toContain('收钱');
    const instruct = await leader
      .changeSession(day, 'visits/1/instruction', { instruction: '不予理会', solvedOnTheSpot: true })
      .catch((error: ApiProblem) => error.status);
    expect(instruct).toBe(404);
    const waiting = async () =>
      ((await leader.get('/worklist?limit=100')).items as Answer[]).filter(({ stream }) => stream?.id === day);
    await until('nothing of the visit to wait for him', async () =>
      (await waiting()).length === 0 ? true : undefined,
    );
    expect((await api.as('city-triage').get(`/petitions/${String(number)}`)).number).toBe(number);

    // The other visit goes on.
    await desk.changeSession(day, 'visits/2/record', { account: '如实记录' });
    await untilWaiting(leader, day, 'instruct');
  });

  it('comes in at the one window of a centre too, and stands with no centre', async () => {
    const { api } = machine;
    const accused = { units: ['622901007'], officers: ['street-leader'] };
    const told = registration({ petitioner: { form: 'individual', person }, subject: '反映街道领导收钱' });
    const taken = await api.as('triage').post('/centres/622901007-zzzx/intakes', { ...told, accused });
    expect((await api.as('city-triage').get(`/petitions/${String(taken.petition)}`)).number).toBe(taken.petition);
    const placed = await api
      .as('triage')
      .get(`/placements/${String(taken.petition)}`)
      .catch((error: ApiProblem) => error.status);
    expect(placed).toBe(404);
  });
});
