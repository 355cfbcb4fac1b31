import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, untilWaiting } from '../../local/api-client.ts';
import { type Reply, type Sent, send } from '../support/http.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import {
  centre,
  discipline,
  historyOf,
  openReceptionDay,
  registeredStory,
  registration,
  take,
  today,
  until,
  worklistOf,
} from '../support/story.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const as = async (identity: string, path: string, sent: Sent = {}): Promise<Reply> =>
  send(`${machine.baseUrl}${path}`, { token: await machine.api.token(identity), ...sent });

const publishedSession = async (unitDesk: string, leader: string): Promise<string> =>
  (
    await machine.api.as(unitDesk).post('/reception-sessions', {
      leader,
      leaderName: '领导',
      post: '主任',
      portfolio: '信访',
      mode: '定点接访',
      place: '接访室',
      date: today(),
      from: '09:00',
      to: '23:59',
    })
  ).number;

describe('numbers of persons', () => {
  it('are masked but for their last four characters, for officers and in the auditor’s history', async () => {
    const { number } = await registeredStory(machine.api);
    const seen = await machine.api.as('receptionist').get(`/petitions/${number}`);
    expect(seen.registration.petitioner.person).toMatchObject({
      identityNumber: '**************0011',
      phone: '*******0002',
    });
    const [first] = await historyOf(machine.api, number);
    expect(first.data.registration.petitioner.person.identityNumber).toBe('**************0011');
    expect(JSON.stringify(await historyOf(machine.api, number))).not.toContain('13900000002');
  });
});

describe('a reception day', () => {
  it('shows its visitors to its own desk and leaders only', async () => {
    const session = await publishedSession('receptionist', 'street-leader');
    await machine.api
      .as('receptionist')
      .changeSession(session, 'visits', { visitor: '钱某', purpose: '土地', persons: 1 });
    const visits = async (who: string) => (await machine.api.as(who).get(`/reception-sessions/${session}`)).visits;
    expect(await visits('receptionist')).toHaveLength(1);
    expect(await visits('street-leader')).toHaveLength(1);
    expect(await visits('city-receptionist')).toBeUndefined();
    expect(await visits('land-handler')).toBeUndefined();
  });

  it('writes into no petition that does not concern its desk, and does not tell whether there is one', async () => {
    const { number } = await machine.api.as('city-receptionist').post('/petitions', registration());
    const session = await publishedSession('receptionist', 'street-leader');
    const desk = machine.api.as('receptionist');
    await desk.changeSession(session, 'visits', { visitor: '钱某', purpose: '土地', persons: 1 });
    await desk.changeSession(session, 'visits/1/check-in', { arrived: true });
    const { version } = await desk.get(`/reception-sessions/${session}`);
    const record = (petition: string) =>
      as('receptionist', `/reception-sessions/${session}/visits/1/record`, {
        body: { account: '如实记录', petition },
        ifMatch: version,
      });
    const foreign = await record(number);
    expect([foreign.status, foreign.code]).toEqual([422, 'rule-violated']);
    const absent = await record('622901-20260101-ZZZZZZ');
    expect([absent.status, absent.body.detail.replace('622901-20260101-ZZZZZZ', number)]).toEqual([
      422,
      foreign.body.detail,
    ]);
    expect(await historyOf(machine.api, number)).toHaveLength(1);
  });
});

describe('a leg of a petition', () => {
  it('is nobody’s before a leader has called the units in, and tells nothing', async () => {
    const { number } = await registeredStory(machine.api);
    for (const step of ['acknowledgement', 'report-in', 'outcome']) {
      const body = { 'report-in': { officer: 'x' }, outcome: { outcome: 'x' } }[step] ?? {};
      const reply = await as('prefecture-handler', `/petitions/${number}/legs/622900/${step}`, { body, ifMatch: 99 });
      expect([reply.status, reply.code]).toEqual([403, 'not-your-unit']);
      expect(JSON.stringify(reply.body)).not.toMatch(/currentVersion|triage/);
    }
  });
});

describe('a worklist', () => {
  it('gives no page with a gap where an item is kept from a recused leader', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('propose'));
    await untilWaiting(machine.api.as('street-leader'), story.number, 'approve');
    await machine.api.as('triage').change(story.number, 'recusals', { officer: 'street-leader', interest: '近亲属' });
    const page = await machine.api.as('street-leader').get('/worklist?limit=1&role=leader');
    expect(page).toEqual({ items: [] });
    await untilWaiting(machine.api.as('street-leader-2'), story.number, 'approve');
    await machine.api
      .as('triage')
      .change(story.number, 'recusal-liftings', { officer: 'street-leader', reason: '查无利害关系' });
    await untilWaiting(machine.api.as('street-leader'), story.number, 'approve');
  });
});

describe('an accusation', () => {
  it('reaches the discipline organ’s worklist, and comes back to the office when it is none', async () => {
    const { number } = await registeredStory(machine.api);
    await machine.api.as('triage').change(number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: discipline,
    });
    const organ = machine.api.as('discipline');
    const item = await untilWaiting(organ, number, 'take-over-accusation');
    expect(item.number).toBe(number);
    expect((await as('triage', `/petitions/${number}`)).status).toBe(404);
    await organ.change(number, 'accusation-returns', { reason: '不属于检举控告' });
    await untilWaiting(machine.api.as('triage'), number, 'triage');
    expect((await as('discipline', `/petitions/${number}`)).status).toBe(403);
    const seen: Answer = await machine.api.as('triage').get(`/petitions/${number}`);
    expect(seen.status).toBe('registered');
  });
});

describe('the look-up of earlier petitions', () => {
  it('tells a recused officer nothing', async () => {
    const person = { name: '周某', identityNumber: '622901199505050055' };
    const { number } = await registeredStory(machine.api, { petitioner: { form: 'individual', person } });
    const found = async () =>
      (
        await machine.api.as('receptionist').post('/petition-lookups', { identityNumber: person.identityNumber })
      ).items.map((each: Answer) => each.number);
    expect(await found()).toEqual([number]);
    await machine.api.as('triage').change(number, 'recusals', { officer: 'receptionist', interest: '近亲属' });
    expect(await found()).toEqual([]);
  });
});

/** In the centre's charge: visit 1 with a result, visit 2 without, visit 3 waits at the desk; all about one petition. */
const instructedDay = async (number: string): Promise<string> => {
  const desk = machine.api.as('receptionist');
  const leader = machine.api.as('street-leader');
  const session = await openReceptionDay(machine.api);
  for (const visit of [1, 2, 3]) {
    await desk.changeSession(session, 'visits', { visitor: '钱某', purpose: '土地', persons: 1, petition: number });
    if (visit === 3) continue;
    await untilWaiting(desk, session, 'check-in');
    await desk.changeSession(session, `visits/${String(visit)}/check-in`, { arrived: true });
    await untilWaiting(desk, session, 'record-visit');
    await desk.changeSession(session, `visits/${String(visit)}/record`, { account: '如实记录', petition: number });
    await untilWaiting(leader, session, 'instruct');
    await leader.changeSession(session, `visits/${String(visit)}/instruction`, {
      instruction: '限期办理',
      solvedOnTheSpot: false,
      responsibleUnit: centre,
      due: plusDays(today(), 5),
    });
  }
  const handler = machine.api.as('centre-handler');
  await untilWaiting(handler, session, 'follow-up');
  await handler.changeSession(session, 'visits/1/follow-up', { result: '已办结' });
  await untilWaiting(leader, session, 'confirm-commitment');
  await untilWaiting(desk, session, 'check-in');
  return session;
};

const actsOnVisits = [
  ['centre-handler', 2, 'progress', { account: '已核实' }],
  ['centre-handler', 2, 'follow-up', { result: '已办结' }],
  ['street-leader', 1, 'result-decisions', { decision: 'confirm' }],
  ['street-leader', 1, 'result-decisions', { decision: 'return', reason: '未到位', due: '2099-01-01' }],
  ['receptionist', 3, 'check-in', { arrived: true }],
  ['receptionist', 3, 'record', { account: '如实记录' }],
] as const;
/** What waits for somebody on a reception day, as his worklist says. */
const waitsOn = async (who: string, session: string): Promise<readonly string[]> =>
  (await worklistOf(machine.api, who)).filter((item) => item.number === session).map(({ step }) => step);
const act = async (session: string, who: string, visit: number, path: string, body: object): Promise<Reply> => {
  const { version } = await machine.api.as('street-leader-2').get(`/reception-sessions/${session}`);
  return as(who, `/reception-sessions/${session}/visits/${String(visit)}/${path}`, { body, ifMatch: version });
};

describe('what a leader has instructed about a petition', () => {
  it('is carried out, judged and taken down by nobody who is recused from it (Art. 28)', async () => {
    const { number } = await registeredStory(machine.api);
    const session = await instructedDay(number);
    for (const officer of ['centre-handler', 'street-leader', 'receptionist'])
      await machine.api.as('triage').change(number, 'recusals', { officer, interest: '近亲属' });
    for (const [who, visit, path, body] of actsOnVisits) {
      const reply = await act(session, who, visit, path, body);
      expect([who, path, reply.status, reply.code]).toEqual([who, path, 403, 'recused']);
    }
    for (const who of ['centre-handler', 'street-leader', 'receptionist'])
      expect([who, await waitsOn(who, session)]).toEqual([who, []]);
    // His colleague goes on with it.
    await machine.api
      .as('street-leader-2')
      .changeSession(session, 'visits/1/result-decisions', { decision: 'confirm' });
  });

  it('is nobody’s any more when it turns out to be an accusation: no such visit, no warning, nothing on a worklist', async () => {
    const { number } = await registeredStory(machine.api);
    const session = await instructedDay(number);
    const version = async () => (await machine.api.as('receptionist').get(`/reception-sessions/${session}`)).version;
    const before = await version();
    await machine.api.as('triage').change(number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: discipline,
    });
    const acts = [...actsOnVisits, ['supervisor', 2, 'urgings', { text: '请办理', due: '2099-01-01' }] as const];
    for (const [who, visit, path, body] of acts) {
      const sealed = await act(session, who, visit, path, body);
      const absent = await act(session, who, 9, path, body);
      const blind = ({ status, body: answer }: Reply, given: number) => [
        status,
        answer.code,
        String(answer.detail).replace(`visit ${String(given)}`, 'visit'),
      ];
      expect([who, path, blind(sealed, visit)]).toEqual([who, path, blind(absent, 9)]);
      expect([who, path, sealed.status >= 400]).toEqual([who, path, true]);
    }
    await machine.control('clock', { days: 10 });
    machine.api.forgetTokens();
    // One fact in ten days, and no other: the clock ends visit 3, which still waited at the desk (VisitWithheld). Of the
    // commitments of the other two, whose days have passed, nothing is noted, and nobody is warned.
    expect(await version()).toBe(before + 1);
    for (const who of ['centre-handler', 'street-leader', 'street-leader-2', 'receptionist', 'supervisor', 'triage'])
      expect([who, await waitsOn(who, session)]).toEqual([who, []]);
  });
});

describe('a list of whistles', () => {
  it('leaves out for whoever is recused what was blown for that petition (Art. 28)', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('propose'));
    const { number } = story;
    const { number: whistle } = await machine.api.as('triage').post('/whistles', {
      kind: 'ordinary',
      subject: '占道经营',
      situation: '中心无执法权',
      against: [],
      calls: [{ unit: '622901-zrzy', ask: '到场说明' }],
      petition: number,
    });
    const listed = async (who: string): Promise<readonly string[]> =>
      (await machine.api.as(who).get(`/whistles?unit=${centre}`)).items.map((each: Answer) => each.number);
    expect(await listed('street-leader')).toContain(whistle);
    await machine.api.as('triage').change(number, 'recusals', { officer: 'street-leader', interest: '近亲属' });
    expect(await listed('street-leader')).not.toContain(whistle);
    expect(await listed('street-leader-2')).toContain(whistle);
  });
});

describe('the matters of a centre', () => {
  it('neither list nor count for whoever is recused from it what it is about (Art. 28)', async () => {
    const town = '622927104-zzzx';
    const desk = machine.api.as('town-triage');
    await desk.post('/centres', {
      unit: town,
      name: '综治中心',
      label: '乡镇平台',
      place: '办公楼一层',
      hours: '工作日 09:00–17:00',
      from: today(),
    });
    const { petition: number } = await desk.post(`/centres/${town}/intakes`, registration());
    const listed = async () => (await desk.get(`/centres/${town}/matters`)).items.map((each: Answer) => each.number);
    const open = async () =>
      (await desk.get(`/centres?unit=${town}&limit=100`)).items.find((each: Answer) => each.unit === town).matters.open;
    expect([await listed(), await open()]).toEqual([[number], 1]);
    await untilWaiting(desk, number, 'triage');
    await desk.change(number, 'recusals', { officer: 'town-triage', interest: '近亲属' });
    expect([await listed(), await open()]).toEqual([[], 0]);
  });
});
