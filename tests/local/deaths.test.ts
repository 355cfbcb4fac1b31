import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { routesByFunction } from '../../infra/routes.ts';
import { type Answer, type Caller, until, untilWaiting } from '../../local/api-client.ts';
import { type Story, scenarioA } from '../../local/scenario-a.ts';
import { checkChains, checkExecutions, readTables } from '../chaos/check.ts';
import { send } from '../support/http.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { centre, historyOf, land, receptionDay, registration, streetLeader, today } from '../support/story.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  await machine.control('retries', { milliseconds: 10 });
});
afterAll(async () => {
  await machine.remove();
});

interface Route {
  readonly path: string;
  readonly write?: string;
}

/** The function that serves a path, and the route. */
const servedBy = (path: string): { name: string; route: Route } => {
  for (const [name, routes] of routesByFunction) {
    for (const route of routes as readonly (Route & { method: string })[]) {
      const pattern = new RegExp(`^${route.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
      if (route.method === 'POST' && pattern.test(path)) return { name, route };
    }
  }
  throw new Error(`Nobody serves ${path}`);
};

/** Functions whose writes were met by both deaths. */
const killed = new Set<string>();
let writes = 0;

/** Somebody whose every write is met twice: the function dies first before it begins, then after it has written. */
const unlucky = (identity?: string): Caller => {
  const plain = machine.api.as(identity);
  const post: Caller['post'] = async (path, body, { ifMatch, key = randomUUID() } = {}) => {
    const { name, route } = servedBy(path);
    const sent = {
      body,
      key,
      ...(identity === undefined ? {} : { token: await machine.api.token(identity) }),
      ...(ifMatch === undefined ? {} : { ifMatch }),
    };
    const url = `${machine.baseUrl}${path}`;
    if (route.write !== undefined) {
      for (const how of ['before', 'after']) {
        await machine.control('fail', { function: name, times: 1, how });
        const reply = await send(url, sent);
        expect([path, how, reply.status]).toEqual([path, how, 500]);
        // Nothing of the inside of a function that has died.
        expect(reply.body).toEqual({ message: 'Internal Server Error' });
      }
      killed.add(name);
      writes += 1;
    }
    const reply = await send(url, sent);
    if (reply.status >= 300) throw Object.assign(new Error(`${path}: ${JSON.stringify(reply.body)}`), reply);
    if (route.write !== undefined) {
      expect([path, reply.headers.get('idempotency-replayed')]).toEqual([path, 'true']);
      // And once more the very same; only the form of an upload is made anew.
      const { upload: _, ...first } = reply.body;
      expect((await send(url, sent)).body).toMatchObject(first);
    }
    return reply.body;
  };
  const change = async (resource: string, action: string, body: object): Promise<Answer> => {
    const { version } = await plain.get(resource);
    const answer = await post(`${resource}/${action}`, body, { ifMatch: version });
    expect(answer.version).toBe(version + answer.events.length);
    return answer;
  };
  return {
    get: plain.get,
    post,
    change: (number, action, body = {}) => change(`/petitions/${number}`, action, body),
    changeSession: (id, action, body = {}) => change(`/reception-sessions/${id}`, action, body),
  };
};

const refusedOnPurpose = ['agreement-refused'];

describe('a function that dies before it has written, and then after it has', () => {
  it('costs the caller a repeat, and the record nothing: scenario A, every write of it', async () => {
    const story: Story = { api: { as: unlucky }, today: today() };
    for (const { id, run } of scenarioA) if (!refusedOnPurpose.includes(id)) await run(story);
    const types = (await historyOf(machine.api, story.number ?? '')).map(({ type }) => type);
    expect(types.filter((type) => type === 'OpinionServed')).toHaveLength(1);
    expect(types.filter((type) => type === 'AgreementMarked')).toHaveLength(4);
    expect((await machine.api.as('auditor').get(`/petitions/${story.number}`)).status).toBe('concluded');
  });

  it('nor in review, supervision, and where one command writes to several petitions', async () => {
    const story: Story = { api: { as: unlucky }, today: today(), ahead: true };
    const { number, queryCode } = await unlucky('receptionist').post('/petitions', registration());
    Object.assign(story, { number, queryCode });
    const upTo = scenarioA.findIndex(({ id }) => id === 'serve-opinion');
    const skipped =
      /^(earlier|publish-session|check-in|register|confirm-repeat|record-visit|instruct|propose-mediation|consent|session|agreement.*|mark-.*|serve-agreement)$/;
    for (const { id, run } of scenarioA.slice(0, upTo + 1)) if (!skipped.test(id)) await run(story);
    await unlucky('supervisor').change(number, 'supervisions', { ground: 'delay', against: land, reason: '仍未办结' });
    await unlucky().post('/portal/review-requests', { number, queryCode, grounds: '面积有误' });
    await untilWaiting(machine.api.as('city-handler'), number, 'admit');
    await unlucky('city-handler').change(number, 'review-admissions', { admitted: true, reason: '符合条件' });

    await unlucky('receptionist').change(number, 'evidence', {
      fileName: '合同.pdf',
      size: 10,
      mediaType: 'application/pdf',
      sha256: 'a'.repeat(64),
      shows: '承包面积',
      from: 'petitioner',
    });

    await unlucky('triage').change(number, 'backlog-listing', { reason: '上级交办清单。' });

    await unlucky('auditor').change(number, 'legal-holds', { authority: '人民法院', reason: '诉讼保全' });

    await unlucky('auditor').post('/history-exports', {
      scope: { kind: 'petition', petition: number },
      purpose: 'audit',
    });

    const campaign = { kind: 'mechanism', name: '一网统管', from: today() };
    await unlucky('triage').post('/programmes', campaign);

    const boundary = { description: '全村', codes: [] };
    await unlucky('village-officer').post('/grids', { code: 'G1', name: '第一网格', boundary, validFrom: today() });
    const turn = { ...streetLeader, from: today() };
    await unlucky('triage').post('/reception-rotas', { unit: '622901007', leaders: [turn] });
    const day = await unlucky('receptionist').post('/reception-sessions', receptionDay({ date: plusDays(today(), 1) }));
    const booking = { visitor: '冯某', phone: '13900000055', purpose: '咨询' };
    await unlucky().post(`/public/reception-days/${String(day.number)}/bookings`, booking);
    await unlucky('village-recorder').post('/assemblies', {
      date: today(),
      from: '09:00',
      place: '文化广场',
      themes: ['群众诉求'],
      message: '请参加。',
    });

    await unlucky('triage').post('/whistles', {
      kind: 'ordinary',
      subject: '占道经营',
      situation: '中心无执法权',
      against: [],
      calls: [{ unit: '622901-zjj', ask: '到场处置' }],
    });

    await unlucky('triage').post('/list-items', { list: 'need', subject: '路灯', details: '三盏' });

    const told = { body: '州委巡察组', inspected: '622901', contents: ['tendencies'], givenOn: today() };
    await unlucky('city-triage').post('/briefings', told);

    await unlucky('triage').post('/centres', {
      unit: '622901007-zzzx',
      name: '综治中心',
      label: '乡镇平台',
      place: '一层',
      hours: '工作日',
      from: today(),
    });

    await unlucky('administrator').post('/imports', {
      kind: 'units',
      fileName: '机构.csv',
      mediaType: 'text/csv',
      size: 10,
      sha256: 'b'.repeat(64),
    });

    const { number: whole } = await unlucky('receptionist').post('/petitions', registration());
    const { parts } = await unlucky('triage').change(whole, 'parts', {
      parts: [{ requests: [1], subject: '补偿款计算依据', facts: '未说明依据' }],
      reason: '两项诉求分属不同机关',
    });
    expect(parts).toHaveLength(1);
  });

  it('whatever function it is', () => {
    const writing = [...routesByFunction]
      .filter(([, routes]) => (routes as readonly Route[]).some(({ write }) => write !== undefined))
      .map(([name]) => name);
    expect(writing.filter((name) => !killed.has(name))).toEqual([]);
    expect(writes).toBeGreaterThan(60);
  });

  it('leaves chains whole, heads at their ends, and nothing that no command asked for', async () => {
    const tables = await readTables(machine.endpoints);
    expect(checkChains(tables).problems).toEqual([]);
    await machine.api.as('operator').post('/operations/reconciliations', {});
    await until('workflow and record to agree', async () =>
      (await checkExecutions(machine.endpoints, await readTables(machine.endpoints))).length === 0 ? true : undefined,
    );
  });
});

// One after the other, although a time-out is ten seconds of waiting: each counts what the others would add to.
describe('a function that has written and hangs', () => {
  it('is given up after its time with 503, and the repeat gets the first answer', async () => {
    const { number } = await machine.api.as('receptionist').post('/petitions', registration());
    await machine.control('fail', { function: 'petition-office', times: 1, how: 'hang' });
    const sent = {
      token: await machine.api.token('triage'),
      key: randomUUID(),
      ifMatch: 1,
      body: { purpose: 'appeal', path: 6, category: '0201', disposition: 'own', competentUnit: centre },
    };
    const url = `${machine.baseUrl}/petitions/${number}/routing`;
    expect((await send(url, sent)).status).toBe(503);
    const again = await send(url, sent);
    expect([again.status, again.body.version, again.headers.get('idempotency-replayed')]).toEqual([200, 2, 'true']);
    const types = (await historyOf(machine.api, number)).map(({ type }) => type);
    expect(types.filter((type) => type === 'PetitionRouted')).toHaveLength(1);
  });

  it('and what no client repeats is repeated by the machine: dispatch, open-step, reconcile and sweep die with their work done', async () => {
    const errors = async (name: string): Promise<number> =>
      (await machine.control<Answer>('metrics')).functions[name].errors;
    for (const name of ['dispatch', 'open-step']) {
      const before = await errors(name);
      await machine.control('fail', { function: name, times: 2, how: 'after' });
      const { number } = await machine.api.as('receptionist').post('/petitions', registration());
      await untilWaiting(machine.api.as('triage'), number, 'triage');
      await until(`${name} to have died twice`, async () => ((await errors(name)) >= before + 2 ? true : undefined));
    }
    for (const name of ['reconcile', 'sweep']) {
      const { history } = await readTables(machine.endpoints);
      await machine.control('fail', { function: name, times: 1, how: 'after' });
      await expect(machine.control('invoke', { function: name })).rejects.toThrow();
      await machine.control('invoke', { function: name });
      expect((await readTables(machine.endpoints)).history).toHaveLength(history.length);
    }
  });

  it('a limit that was missed is recorded once, although the sweep dies with every petition done', async () => {
    const { number } = await machine.api.as('receptionist').post('/petitions', registration());
    await machine.control('fail', { function: 'sweep', times: 1, how: 'after' });
    await expect(machine.control('clock', { days: 40 })).rejects.toThrow();
    const once = (await historyOfLater(number)).filter((type) => type === 'DeadlineMissed').length;
    expect(once).toBeGreaterThan(0);
    await machine.control('invoke', { function: 'sweep' });
    expect((await historyOfLater(number)).filter((type) => type === 'DeadlineMissed')).toHaveLength(once);
  });
});

const historyOfLater = async (number: string): Promise<string[]> => {
  machine.api.forgetTokens();
  return (await historyOf(machine.api, number)).map(({ type }) => type);
};
