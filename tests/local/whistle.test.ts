import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, ApiProblem, changeAt, until, untilWaiting } from '../../local/api-client.ts';
import { killedInFlight } from '../support/killed-in-flight.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { refusal } from '../support/refusal.ts';
import { centre, discipline, justice, land, registeredStory, take, today, worklistOf } from '../support/story.ts';
import { timeOf } from '../support/time.ts';
import { mint } from '../support/tokens.ts';

/**
 * A street centre lacks the power and calls departments in (吹哨报到): one comes, one was the wrong one and a superior says so,
 * the one called instead is late. Killed with SIGKILL in between.
 */

const above = '622900-zrzy';

let machine: Machine;
let petition: string;
let whistle: string;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const { now, skip } = timeOf(() => machine);
const as = (identity: string) => machine.api.as(identity);
/** All that an answer says of why not. */
const explained = async (attempt: Promise<Answer>) => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiProblem) return [error.status, error.code, error.message];
    throw error;
  }
  throw new Error('It was not refused.');
};
const draft = (over: object = {}) => ({
  kind: 'urgent',
  subject: '征地补偿争议现场会商',
  situation: '街道无权核定补偿标准，需要部门到场说明。',
  place: '东区街道综治中心',
  contact: 'triage',
  against: [],
  calls: [
    { unit: justice, ask: '派人到场解答法律问题' },
    { unit: land, ask: '说明补偿标准的依据' },
  ],
  ...over,
});
const change = (identity: string, action: string, body: object = {}, number = whistle) =>
  changeAt(as(identity), `/whistles/${number}`, action, body);
const read = (identity: string, number = whistle): Promise<Answer> => as(identity).get(`/whistles/${number}`);
const legOf = async (identity: string, unit: string): Promise<Answer> =>
  (await read(identity)).legs.find((leg: Answer) => leg.unit === unit);
const running = async (): Promise<number> => {
  const { stages } = await as('operator').get('/operations/workflows');
  return stages.find((each: Answer) => each.stage === 'whistle').running;
};

describe('whistle and report-in, killed again and again', () => {
  it('is drafted on a matter that is no accusation, without names, never to those whom it is about', async () => {
    const story = await registeredStory(machine.api);
    petition = story.number;
    const clerk = as('triage');
    expect(await refusal(clerk.post('/whistles', draft({ petition })))).toEqual([409, 'not-the-step']);
    await take(story, 'route', 'accept');
    expect(await refusal(clerk.post('/whistles', draft({ against: [land] })))).toEqual([422, 'rule-violated']);
    expect(await refusal(clerk.post('/whistles', draft({ kind: 'loud' })))).toEqual([422, 'rule-violated']);
    const named = draft({ calls: [{ unit: land, ask: '联系钱某，身份证622901198001010011' }] });
    expect(await refusal(clerk.post('/whistles', named))).toEqual([422, 'rule-violated']);
    expect(await refusal(as('mediator').post('/whistles', draft()))).toEqual([403, 'not-your-role']);
    expect(await refusal(as('land-desk').post('/whistles', draft()))).toEqual([403, 'not-your-unit']);
    const answer = await killedInFlight(machine, 'whistle', {
      identity: 'triage',
      path: '/whistles',
      body: draft({ petition }),
    });
    whistle = answer.number;
    expect(answer).toMatchObject({ version: 1, events: ['WhistleDrafted'] });
    // Nobody is called before the leader has approved.
    expect(await refusal(read('land-handler'))).toEqual([403, 'not-your-unit']);
    expect(await refusal(change('triage', 'decision', { approved: true }))).toEqual([403, 'not-your-role']);
  });

  it('the leader returns it, it is drafted anew, and approved: the departments are called', async () => {
    expect(await untilWaiting(as('street-leader'), whistle, 'approve')).toMatchObject({ kind: 'whistle' });
    await change('street-leader', 'decision', { approved: false, reason: '写明要部门做什么' });
    await untilWaiting(as('triage'), whistle, 'redraft-whistle');
    await machine.restart();
    await change('triage', 'drafts', draft({ outcomeDue: plusDays(now(), 20) }));
    await untilWaiting(as('street-leader'), whistle, 'approve');
    await change('street-leader', 'decision', { approved: true });
    const waiting = await untilWaiting(as('justice-handler'), whistle, 'acknowledge');
    // An hour from the call, which late in the evening is tomorrow.
    const { due } = (await legOf('triage', justice)).limits.find(
      ({ limit }: Answer) => limit === 'whistle-acknowledge',
    );
    expect(waiting).toMatchObject({
      leg: justice,
      due,
      routes: expect.arrayContaining(['/whistles/{whistle}/legs/{unit}/acknowledgement']),
    });
    await untilWaiting(as('land-handler'), whistle, 'acknowledge');
    expect((await as('triage').get('/whistles')).items).toMatchObject([
      { number: whistle, status: 'called', open: 2, roll: [{ unit: justice }, { unit: land }] },
    ]);
  });

  it('a department sees its own part and nothing of whose matter it is', async () => {
    const seen = await read('land-handler');
    expect(seen).toMatchObject({ subject: draft().subject, contact: 'triage', place: draft().place });
    expect(seen.legs).toMatchObject([
      { unit: justice, role: 'lead', state: 'called' },
      { unit: land, role: 'helper', ask: '说明补偿标准的依据' },
    ]);
    expect(seen.legs[0]).not.toHaveProperty('ask');
    expect(JSON.stringify(seen)).not.toContain(petition);
    expect((await read('triage')).petition).toBe(petition);
    // The petition lists it for the caller, its leaders and those above.
    const listed = (identity: string) => as(identity).get(`/petitions/${petition}`);
    for (const identity of ['triage', 'street-leader', 'city-triage'])
      expect((await listed(identity)).whistles).toMatchObject([
        { number: whistle, status: 'called', legs: [{ unit: justice, state: 'called' }, { unit: land }] },
      ]);
    // Others of the county are not concerned, and it opens no door to the petition either.
    expect(await refusal(read('mediator'))).toEqual([403, 'not-your-unit']);
    expect(await refusal(as('justice-handler').get(`/petitions/${petition}`))).toEqual([403, 'not-your-unit']);
    expect(await refusal(change('justice-handler', `legs/${land}/acknowledgement`))).toEqual([403, 'not-your-unit']);
  });

  it('the wrong department objects, they stay of two minds, their superior rules and calls another', async () => {
    await change('land-handler', `legs/${land}/acknowledgement`);
    await change('land-handler', `legs/${land}/objection`, { reason: '该片区由州局直接征收' });
    await untilWaiting(as('street-leader'), whistle, 'answer-whistle-objection');
    await change('street-leader', `legs/${land}/objection-answer`, { agreed: false, reason: '属地管理' });
    await machine.restart();
    await untilWaiting(as('land-handler'), whistle, 'take-whistle-answer');
    await change('land-handler', `legs/${land}/dispute`, { reason: '附批复' });
    expect(
      await refusal(change('street-leader', `legs/${land}/dispute-decision`, { keeps: true, reason: '是' })),
    ).toEqual([403, 'not-your-unit']);
    await untilWaiting(as('city-leader'), whistle, 'decide-whistle-dispute');
    await change('city-leader', `legs/${land}/dispute-decision`, {
      keeps: false,
      reason: '批复属实',
      replacement: above,
    });
    await untilWaiting(as('prefecture-land-handler'), whistle, 'acknowledge');
    // The next round of the stage carries what the first department has done; the first one's execution is stopped.
    await untilWaiting(as('justice-handler'), whistle, 'acknowledge');
    await until('one execution', async () => ((await running()) === 1 ? true : undefined));
    expect((await worklistOf(machine.api, 'land-handler')).filter(({ number }) => number === whistle)).toEqual([]);
    expect(await legOf('triage', land)).toMatchObject({ returned: true, state: 'returned' });
    expect(await refusal(change('land-handler', `legs/${land}/report-in`))).toEqual([409, 'already-decided']);
  });

  it('one comes; the other misses its hour, which opens supervision once', async () => {
    await change('justice-handler', `legs/${justice}/contact`, { account: '约定次日上午到场' });
    await untilWaiting(as('justice-handler'), whistle, 'attend');
    await change('justice-handler', `legs/${justice}/report-in`);
    await skip(1);
    await untilWaiting(as('prefecture-supervisor'), whistle, 'follow-supervision');
    expect(await legOf('triage', above)).toMatchObject({
      limits: expect.arrayContaining([expect.objectContaining({ limit: 'whistle-acknowledge', state: 'missed' })]),
    });
    await skip(1);
    await machine.restart();
    const { supervisions } = await read('triage');
    expect(supervisions).toMatchObject([{ supervision: 1, against: above }]);
    // Who comes late has still come, and answers for it.
    await change('prefecture-land-handler', `legs/${above}/report-in`);
    await untilWaiting(as('prefecture-land-handler'), whistle, 'give-feedback');
    const closing = 'supervisions/1/closing';
    expect(await refusal(change('prefecture-supervisor', closing, { finding: '已到场' }))).toEqual([
      409,
      'not-the-step',
    ]);
    await change('prefecture-land-handler', 'supervisions/1/feedback', { text: '值班人员未及时查看' });
    expect(await refusal(change('supervisor', closing, { finding: '已到场' }))).toEqual([403, 'not-your-unit']);
    await change('prefecture-supervisor', closing, { finding: '已到场，责令改进' });
  });

  it('each closes its own part, the caller judges, and the whistle closes when every part is over', async () => {
    await untilWaiting(as('justice-handler'), whistle, 'outcome');
    await change('justice-handler', `legs/${justice}/outcome`, { solution: 'solved', account: '已解答' });
    await machine.restart();
    await untilWaiting(as('triage'), whistle, 'rate');
    await change('triage', `legs/${justice}/rating`, { satisfaction: 'satisfied' });
    expect(await refusal(change('triage', `legs/${above}/rating`, { satisfaction: 'satisfied' }))).toEqual([
      409,
      'not-the-step',
    ]);
    await change('prefecture-land-handler', `legs/${above}/outcome`, {
      solution: 'partly-solved',
      account: '补测面积',
    });
    await change('triage', `legs/${above}/rating`, { satisfaction: 'dissatisfied', comment: '到场太晚' });
    expect(await read('street-leader')).toMatchObject({ status: 'closed' });
    await until('no execution left', async () => ((await running()) === 0 ? true : undefined));
    const { items } = await as('triage').get(`/roll-calls?from=${today()}&to=${now()}`);
    expect(items).toEqual([
      {
        unit: above,
        called: 1,
        state: { rated: 1 },
        acknowledge: { late: 1 },
        contact: { late: 1 },
        attend: { 'in-time': 1 },
        outcome: { 'in-time': 1 },
        solution: { 'partly-solved': 1 },
        satisfaction: { dissatisfied: 1 },
      },
      expect.objectContaining({ unit: justice, called: 1, acknowledge: { 'in-time': 1 }, attend: { 'in-time': 1 } }),
      // It was not the bureau’s: it was called wrongly, and no more is said of it.
      { unit: land, called: 0, wrong: 1 },
    ]);
  });
});

describe('two departments, each of which says that it is the other’s (Art. 24)', () => {
  const housing = '622901-zjj';
  /** The demonstration has nobody in this bureau, nor a leader who changed posts: tokens of the machine's own. */
  const minted = async (sub: string, unit: string, role: string) => {
    const token = await mint(machine, { sub, unit, roles: role });
    const send = async (method: string, path: string, body?: object, ifMatch?: number): Promise<Answer> => {
      const response = await fetch(machine.baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
          ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return response.json();
    };
    return {
      get: (path: string) => send('GET', path),
      change: async (number: string, action: string, body: object = {}): Promise<Answer> =>
        send('POST', `/whistles/${number}/${action}`, body, (await read('triage', number)).version),
    };
  };
  let number: string;
  const legIn = async (unit: string): Promise<Answer> =>
    (await read('triage', number)).legs.find((leg: Answer) => leg.unit === unit);

  it('negotiate first: whoever is persuaded takes its objection back, and its part goes on as it was', async () => {
    ({ number } = await as('triage').post('/whistles', draft({ calls: draft().calls.slice(1) })));
    await untilWaiting(as('street-leader'), number, 'approve');
    await change('street-leader', 'decision', { approved: true }, number);
    await untilWaiting(as('land-handler'), number, 'acknowledge');
    const limits = (await legIn(land)).limits.map(({ due }: Answer) => due);
    await change('land-handler', `legs/${land}/objection`, { reason: '属住建管理' }, number);
    await change('street-leader', `legs/${land}/objection-answer`, { agreed: false, reason: '请再商量' }, number);
    await untilWaiting(as('land-handler'), number, 'take-whistle-answer');
    await change('land-handler', `legs/${land}/objection-withdrawal`, {}, number);
    // Nothing was won by it: what ran, ran on.
    expect((await legIn(land)).limits.map(({ due }: Answer) => due)).toEqual(limits);
    expect(await legIn(land)).toMatchObject({ state: 'called', objection: { state: 'withdrawn' } });
  });

  it('and where the second throws it back, their superior rules, who has not answered for either', async () => {
    await change('land-handler', `legs/${land}/objection`, { reason: '经商量仍认为属住建管理' }, number);
    const agreed = { agreed: true, reason: '先请住建到场', replacement: housing };
    await change('street-leader', `legs/${land}/objection-answer`, agreed, number);
    const bureau = await minted('housing-handler', housing, 'handler');
    expect(await bureau.change(number, `legs/${housing}/objection`, { reason: '属自然资源管理' })).toMatchObject({
      events: ['WhistleObjected'],
    });
    // Those who called cannot send it back to whom they have let go: of that the superior decides.
    const back = { agreed: true, reason: '退回', replacement: land };
    expect(await refusal(change('street-leader', `legs/${housing}/objection-answer`, back, number))).toEqual([
      409,
      'already-decided',
    ]);
    await change('street-leader', `legs/${housing}/objection-answer`, { agreed: false, reason: '意见不一' }, number);
    await bureau.change(number, `legs/${housing}/dispute`, { reason: '附职责清单' });
    await machine.restart();
    await untilWaiting(as('city-leader'), number, 'decide-whistle-dispute');
    // He who answered has been moved up to the very government that rules: it is not his to rule, nor on his list.
    const moved = await minted('street-leader', '622901', 'leader');
    const decision = { keeps: false, reason: '职责清单列明由自然资源部门负责', replacement: land };
    expect(await moved.change(number, `legs/${housing}/dispute-decision`, decision)).toMatchObject({
      status: 403,
      type: 'urn:xinfang:problem:own-proposal',
    });
    expect((await moved.get('/worklist')).items.filter((item: Answer) => item.number === number)).toEqual([]);
    await change('city-leader', `legs/${housing}/dispute-decision`, decision, number);

    // Its part begins anew; the other's is over; that it is theirs is decided.
    await untilWaiting(as('land-handler'), number, 'acknowledge');
    expect(await legIn(housing)).toMatchObject({ returned: true, state: 'returned' });
    expect((await read('triage', number)).legs.filter(({ unit }: Answer) => unit === land)).toMatchObject([
      { state: 'called', objection: { state: 'kept' } },
    ]);
    expect(await refusal(change('land-handler', `legs/${land}/objection`, { reason: '仍不归本局' }, number))).toEqual([
      409,
      'already-decided',
    ]);
    await change('land-handler', `legs/${land}/report-in`, {}, number);
    await untilWaiting(as('land-handler'), number, 'outcome');
    await change('land-handler', `legs/${land}/outcome`, { solution: 'solved', account: '已到场处理' }, number);
    await change('triage', `legs/${land}/rating`, { satisfaction: 'satisfied' }, number);
    expect(await read('triage', number)).toMatchObject({ status: 'closed' });
    await until('no execution left', async () => ((await running()) === 0 ? true : undefined));
  });
});

describe('an accusation', () => {
  it('is nobody’s to be called in on; a whistle on what turns out to be one shows nowhere and ends, in whatever state', async () => {
    const story = await registeredStory(machine.api);
    await take(story, 'route');
    const onIt = async (): Promise<string> =>
      (await as('triage').post('/whistles', draft({ petition: story.number }))).number;
    const [drafted, returned, called, reportedIn, disputed] = (await Promise.all([1, 2, 3, 4, 5].map(onIt))) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const all = [drafted, returned, called, reportedIn, disputed];
    for (const number of all) await untilWaiting(as('street-leader'), number, 'approve');
    await change('street-leader', 'decision', { approved: false, reason: '补充' }, returned);
    await untilWaiting(as('triage'), returned, 'redraft-whistle');
    for (const number of [called, reportedIn, disputed]) {
      await change('street-leader', 'decision', { approved: true }, number);
      await untilWaiting(as('land-handler'), number, 'acknowledge');
    }
    for (const [identity, unit] of [
      ['land-handler', land],
      ['justice-handler', justice],
    ] as const) {
      await untilWaiting(as(identity), reportedIn, 'acknowledge');
      await change(identity, `legs/${unit}/report-in`, {}, reportedIn);
      await untilWaiting(as(identity), reportedIn, 'outcome');
    }
    await change('land-handler', `legs/${land}/objection`, { reason: '不归本局' }, disputed);
    await change('street-leader', `legs/${land}/objection-answer`, { agreed: false, reason: '属地管理' }, disputed);
    await change('land-handler', `legs/${land}/dispute`, { reason: '附批复' }, disputed);
    await untilWaiting(as('city-leader'), disputed, 'decide-whistle-dispute');

    await as('triage').change(story.number, 'retriage', { reason: '实为检举控告' });
    await untilWaiting(as('triage'), story.number, 'triage');
    await as('triage').change(story.number, 'routing', {
      purpose: 'accusation',
      category: '1001',
      disposition: 'forward',
      competentUnit: discipline,
    });
    // Nor does the accusation itself tell its organ of them.
    expect(await as('discipline').get(`/petitions/${story.number}`)).not.toHaveProperty('whistles');
    const everybody = ['land-handler', 'justice-handler', 'triage', 'street-leader', 'street-leader-2', 'city-leader'];
    // At once: no sweep has come by.
    for (const identity of everybody) {
      const items = await worklistOf(machine.api, identity);
      expect([identity, items.filter(({ number }) => all.includes(number))]).toEqual([identity, []]);
    }
    const absent = await explained(read('triage', '622901007-20260101-ZZZZZZ'));
    for (const identity of everybody) {
      for (const number of all) expect(await explained(read(identity, number))).toEqual(absent);
    }
    expect(await refusal(as('triage').post('/whistles', draft({ petition: story.number })))).toEqual([
      404,
      'not-found',
    ]);
    const { items } = await as('triage').get('/whistles');
    expect(items.filter(({ number }: Answer) => all.includes(number))).toEqual([]);
    await skip(1);
    await until('no execution left', async () => ((await running()) === 0 ? true : undefined));
  });
});

it('brings needs and resources together as a project of joint handling, on the same legs', async () => {
  const listed = async (identity: string, list: string, subject: string): Promise<string> =>
    (await as(identity).post('/list-items', { list, subject, details: `${subject}，本季度` })).number;
  const need = await listed('triage', 'need', '补划停车位');
  const resource = await listed('land-handler', 'resource', '测绘人员一组');
  const listing = await as('triage').get('/list-items?list=need&status=open');
  expect(listing).toMatchObject({ items: [{ number: need, subject: '补划停车位' }], labels: { need: '需求清单' } });
  const project = (joint: object) => draft({ calls: draft().calls.slice(1), joint });
  const wrong = as('triage').post('/whistles', project({ needs: [resource], resources: [resource] }));
  expect(await refusal(wrong)).toEqual([404, 'not-found']);
  const { number } = await as('triage').post('/whistles', project({ needs: [need], resources: [resource] }));
  await machine.restart();
  await untilWaiting(as('street-leader'), number, 'approve');
  await change('street-leader', 'decision', { approved: true }, number);
  expect(await read('land-handler', number)).toMatchObject({ joint: { needs: [need], resources: [resource] } });
  // What is brought together for no petition stands on none.
  expect((await as('triage').get('/whistles?joint=true')).items).toMatchObject([{ number, status: 'called' }]);
  const close = (identity: string, id: string) =>
    changeAt(as(identity), `/list-items/${id}`, 'closing', { how: '已办' });
  expect(await refusal(close('triage', resource))).toEqual([403, 'not-your-unit']);
  await close('land-handler', resource);
  const again = as('triage').post('/whistles', project({ needs: [need], resources: [resource] }));
  expect(await refusal(again)).toEqual([409, 'already-decided']);
});

it('a department that handles the petition and is called in on it is not told there that it is the same matter', async () => {
  const other = await registeredStory(machine.api);
  await as('triage').change(other.number, 'routing', {
    purpose: 'appeal',
    path: 6,
    category: '0201',
    disposition: 'forward',
    competentUnit: land,
  });
  const { number } = await as('triage').post('/whistles', draft({ petition: other.number }));
  await untilWaiting(as('street-leader'), number, 'approve');
  await change('street-leader', 'decision', { approved: true }, number);
  await untilWaiting(as('land-handler'), number, 'acknowledge');
  const whistlesOf = async (identity: string) => (await as(identity).get(`/petitions/${other.number}`)).whistles;
  expect(await whistlesOf('triage')).toMatchObject([{ number }]);
  expect(await whistlesOf('land-handler')).toEqual([]);
});

it('is blown without a petition behind it too, and called off again', async () => {
  const { number } = await as('receptionist').post(
    '/whistles',
    draft({ kind: 'ordinary', calls: draft().calls.slice(1) }),
  );
  await untilWaiting(as('street-leader-2'), number, 'approve');
  await change('street-leader-2', 'decision', { approved: true }, number);
  await untilWaiting(as('land-handler'), number, 'acknowledge');
  await change('street-leader', 'calling-off', { reason: '已自行解决' }, number);
  expect(await read('land-handler', number)).toMatchObject({ status: 'called-off' });
  await until('nothing waits', async () =>
    (await worklistOf(machine.api, 'land-handler')).some((item) => item.number === number) ? undefined : true,
  );
  expect(centre).toBe((await read('land-handler', number)).unit);
});
