import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, type ApiProblem, changeAt, untilWaiting } from '../../local/api-client.ts';
import { killedInFlight } from '../support/killed-in-flight.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { refusal } from '../support/refusal.ts';
import { historyOf, today, worklistOf } from '../support/story.ts';
import { timeOf } from '../support/time.ts';

/**
 * Scenario B: a dozen elders of a village cannot get to the dining centre. A grid worker finds out, the village decides
 * that meals are brought, one is missed, and nothing of it becomes a petition. Killed with SIGKILL in between.
 */

const village = '622923-cbxc';
const code = 'CBXC-01';
const boundary = { description: '文化广场以东至引水渠', codes: ['01', '02'] };
const households = Array.from({ length: 12 }, (_, index) => `H${String(index + 1).padStart(2, '0')}`);
const all = households.map((_, index) => index + 1);

let machine: Machine;
let need: string;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const { now, skip } = timeOf(() => machine);
const view = (number = need): Promise<Answer> => machine.api.as('village-officer').get(`/needs/${number}`);
const report = (over: object = {}) => ({
  grid: code,
  domain: '民政',
  need: '行动不便的老人到养老服务中心用餐有困难',
  count: 12,
  location: '一社、二社',
  ...over,
});

describe('scenario B, killed again and again', () => {
  it('the village draws a grid and appoints its workers', async () => {
    const officer = machine.api.as('village-officer');
    await officer.post('/grids', { code, name: '第一网格', boundary, validFrom: now() });
    await changeAt(officer, `/grids/${code}`, 'appointments', {
      officer: 'village-worker',
      post: '专职网格员',
      from: now(),
    });
    // A code is one grid's in the whole place: another village reads which it cannot have.
    const taken = machine.api
      .as('village-recorder')
      .post('/grids', { code, name: '别村网格', boundary, validFrom: now() });
    await expect(taken).rejects.toMatchObject({ status: 409, message: expect.stringContaining(`grid ${code}`) });
    await machine.restart();
    await changeAt(officer, `/grids/${code}`, 'appointments', {
      officer: 'village-worker-2',
      post: '兼职网格员',
      from: now(),
    });
    expect(await officer.get(`/grids/${code}`)).toMatchObject({
      unit: village,
      drawn: { boundary },
      appointments: [{ officer: 'village-worker' }, { officer: 'village-worker-2' }],
    });
    expect((await officer.get('/grids')).items).toMatchObject([{ code, appointments: 2 }]);
  });

  it('a worker reports the need without a name; the report is there once, though the process is killed under it', async () => {
    const worker = machine.api.as('village-worker');
    const sick = report({ need: '身份证622923194001010011的老人患病' });
    expect(await refusal(worker.post('/needs', sick))).toEqual([422, 'rule-violated']);
    expect(await refusal(worker.post('/needs', report({ name: '王某' })))).toEqual([400, 'invalid-request']);
    expect(await refusal(machine.api.as('village-recorder').post('/needs', report()))).toEqual([403, 'not-your-role']);
    const answer = await killedInFlight(machine, 'grid', {
      identity: 'village-worker',
      path: '/needs',
      body: report(),
    });
    need = answer.number;
    expect(answer).toMatchObject({ version: 1, events: ['NeedReported'] });
    // The page was lost with its answer, and the worker sends it anew: under another key.
    const twice = await worker.post('/needs', report()).catch((error: ApiProblem) => error);
    expect(twice).toMatchObject({
      status: 409,
      code: 'already-decided',
      problem: { detail: expect.stringContaining(need) },
    });
    expect((await worker.get('/needs')).items).toHaveLength(1);
    expect((await worker.get('/needs')).items).toMatchObject([
      { number: need, status: 'open', domain: '民政', count: 12, grid: code, reportedOn: now() },
    ]);
    const item = await untilWaiting(machine.api.as('village-officer'), need, 'handle-need');
    expect(item).toMatchObject({ kind: 'need', routes: expect.arrayContaining(['/needs/{need}/resolution']) });
    // No limit runs for it, and no day is given out as one.
    expect(item).not.toHaveProperty('due');
  });

  it('the village decides that meals are brought, to every household by its code', async () => {
    const officer = machine.api.as('village-officer');
    const services = households.map((household) => ({
      household,
      what: '午餐送餐',
      recurrence: { every: 'day' },
      from: plusDays(now(), 1),
      until: plusDays(now(), 10),
    }));
    const body = { decision: '村委会决定由网格员送餐上门', services };
    expect(await refusal(changeAt(machine.api.as('village-worker'), `/needs/${need}`, 'services', body))).toEqual([
      403,
      'not-your-role',
    ]);
    await changeAt(officer, `/needs/${need}`, 'services', body);
    expect(await untilWaiting(machine.api.as('village-worker'), need, 'provide-services')).toMatchObject({
      due: plusDays(now(), 1),
    });
  });

  it('deliveries are told from a phone, also after it was offline; one that nobody tells is missed', async () => {
    await skip(1);
    const first = now();
    const worker = machine.api.as('village-worker');
    const key = randomUUID();
    const records = `/needs/${need}/service-records`;
    const body = { day: first, done: all.slice(0, 11) };
    const told = await worker.post(records, body, { key });
    await machine.restart();
    expect(await worker.post(records, body, { key })).toEqual(told);

    await skip(2);
    // Flagged by the sweep on the day after the day of grace, before anybody looks.
    const { services, unexplained, counts } = await view();
    expect(services[11].days[first]).toBe('missed');
    expect([unexplained, counts]).toEqual([[first], { done: 11, missed: 1 }]);
    await machine.restart();
    expect(await untilWaiting(machine.api.as('village-officer'), need, 'explain-missed')).toMatchObject({ due: first });
    // The second day, told on the third, by two phones at once.
    const second = plusDays(first, 1);
    const [a, b] = await Promise.all([
      machine.api.as('village-worker').post(records, { day: second, done: all.slice(0, 6) }),
      machine.api.as('village-worker-2').post(records, { day: second, done: all.slice(6) }),
    ]);
    expect(Math.abs(a.version - b.version)).toBe(1);
    expect((await view()).counts).toEqual({ done: 23, missed: 1 });
    expect((await view()).nextDay).toBe(now());
    await changeAt(machine.api.as('village-officer'), `/needs/${need}`, 'missed-days', {
      day: first,
      account: '当日大雪封路，已电话询问并于次日补送',
    });
    expect((await worklistOf(machine.api, 'village-officer')).map(({ step }) => step)).toEqual(['handle-need']);
  });

  it('it is closed as met on the spot: no petition, no limit, and it counts as handled', async () => {
    const officer = machine.api.as('village-officer');
    const { version } = await view();
    await killedInFlight(machine, 'grid', {
      identity: 'village-officer',
      path: `/needs/${need}/resolution`,
      body: { how: '网格员每日送餐上门' },
      ifMatch: version,
    });
    expect(await view()).toMatchObject({ status: 'resolved-locally', resolved: { on: now() } });
    expect(await refusal(changeAt(officer, `/needs/${need}`, 'resolution', { how: '再办一次' }))).toEqual([
      409,
      'already-decided',
    ]);
    await skip(70);
    expect(await worklistOf(machine.api, 'county-triage')).toEqual([]);
    // The services have run out: what nobody told was missed, and there is an end to it.
    const { counts, nextDay, unexplained } = await view();
    expect(counts).toEqual({ done: 23, missed: 1 + 8 * 12 });
    expect([nextDay, unexplained.length]).toEqual([null, 8]);
    expect(await worklistOf(machine.api, 'village-worker')).toEqual([]);
    const handled = await officer.get('/needs?status=resolved-locally');
    expect(handled.items).toMatchObject([{ number: need, services: { done: 23, missed: 97, planned: 12 } }]);
    expect((await officer.get('/needs?status=open')).items).toEqual([]);
    expect((await officer.get('/needs?missed=true')).items).toMatchObject([{ number: need }]);
  });

  it('stands in the inbox of those above, and counts in their figures', async () => {
    const above = machine.api.as('county-triage');
    expect((await above.get('/needs')).items).toEqual([]);
    const numbers: string[] = [];
    let cursor = '';
    do {
      const page = await above.get(`/needs?below=true&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      numbers.push(...page.items.map((item: Answer) => item.number));
      cursor = page.cursor ?? '';
    } while (cursor !== '');
    expect(numbers).toEqual([need]);
    const asked = `unit=622923&from=${today().slice(0, 7)}&to=${now().slice(0, 7)}`;
    const figures = () => above.get(`/statistics?${asked}`);
    await vi.waitFor(async () => {
      expect((await figures()).figures).toMatchObject({ needs: 1, 'needs-met-on-the-spot': 1, 'services-done': 23 });
    }, 30_000);
    const { standing } = await figures();
    expect(standing).toEqual({ centres: 0, grids: 1, 'grid-workers': 2 });
    const { items } = await above.get(`/statistics/needs.domain.民政/cases?${asked}`);
    expect(items).toMatchObject([{ kind: 'need', number: need, count: 1 }]);
  });

  it('the report keeps the grid of its day when it is drawn otherwise', async () => {
    const officer = machine.api.as('village-officer');
    const wider = { description: '全村', codes: ['01', '02', '03'] };
    await changeAt(officer, `/grids/${code}`, 'boundaries', { boundary: wider, validFrom: now(), reason: '适时调整' });
    await machine.restart();
    expect((await view()).grid.boundary).toEqual(boundary);
    expect((await officer.get(`/grids/${code}`)).drawn.boundary).toEqual(wider);
    expect((await officer.get(`/grids/${code}?on=${plusDays(now(), -1)}`)).drawn.boundary).toEqual(boundary);
  });

  it('is read by those in whose area it lies, and by nobody else', async () => {
    const read = (identity: string) => machine.api.as(identity).get(`/needs/${need}`);
    expect(await read('county-triage')).toMatchObject({ number: need });
    expect(await read('auditor')).toMatchObject({ number: need });
    for (const identity of ['village-recorder', 'town-triage', 'land-handler', 'city-triage'])
      expect(await refusal(read(identity))).toEqual([403, 'not-your-unit']);
    expect(await refusal(machine.api.as('operator').get(`/needs?unit=${village}`))).toEqual([403, 'not-your-role']);
  });
});

describe('a need that its owner wants to be a petition', () => {
  let other: string;
  let petition: Answer;
  const promotion = {
    petitioner: { form: 'individual', person: { name: '王某', phone: '13900000009' } },
    subject: '路灯损坏未修',
    requests: ['修复二社路灯'],
    facts: '二社路灯损坏两个月。',
  };
  const consent = { givenOn: '', how: '入户时当面同意' };

  it('becomes one with consent only, registered once at the office in charge, by way of the grid', async () => {
    const worker = machine.api.as('village-worker');
    const body = report({
      domain: '城管',
      need: '路灯损坏',
      count: 30,
      location: '二社',
      reportedOn: plusDays(now(), -3),
    });
    ({ number: other } = await worker.post('/needs', body));
    expect(await refusal(changeAt(worker, `/needs/${other}`, 'promotion', promotion))).toEqual([422, 'rule-violated']);
    petition = await killedInFlight(machine, 'grid', {
      identity: 'village-worker',
      path: `/needs/${other}/promotion`,
      body: { ...promotion, consent: { ...consent, givenOn: now() } },
      ifMatch: 1,
    });
    expect(petition).toMatchObject({ events: ['NeedPromoted'], queryCode: expect.stringMatching(/^[0-9A-Z]{12}$/) });
    const office = machine.api.as('county-triage');
    await untilWaiting(office, petition.petition, 'triage');
    expect((await office.get(`/petitions/${petition.petition}`)).registration).toMatchObject({
      source: 'grid',
      unit: '622923-xfj',
      registeredBy: 'village-worker',
      origin: { kind: 'need', id: other },
      receivedOn: now(),
    });
    expect((await office.get(`/petitions/${petition.petition}/clocks`)).items).toMatchObject([{ limit: 'forward' }]);
    expect((await historyOf(machine.api, petition.petition)).map(({ type }) => type)).toEqual(['PetitionRegistered']);
  });

  it('cannot be registered past the report and the consent, neither by those of the grid nor as theirs', async () => {
    const { consent: _, ...matter } = { ...promotion, channel: 'visit', consent };
    for (const identity of ['village-worker', 'village-officer'])
      expect(await refusal(machine.api.as(identity).post('/petitions', matter))).toEqual([403, 'not-your-role']);
    const as = (source: string) => machine.api.as('city-receptionist').post('/petitions', { ...matter, source });
    for (const source of ['grid', 'assembly']) expect(await refusal(as(source))).toEqual([400, 'invalid-request']);
  });

  it('is followed by its owner with the query code', async () => {
    const credentials = { number: petition.petition, queryCode: petition.queryCode };
    expect(await machine.api.as().post('/portal/petition', credentials)).toMatchObject({ number: petition.petition });
  });

  it('shows in the report what became of it, and no number or name', async () => {
    const before = await view(other);
    expect(before).toMatchObject({ status: 'promoted', promoted: { on: now(), outcome: 'in-progress' } });
    expect(JSON.stringify(before)).not.toContain(petition.petition);
    expect(JSON.stringify(before)).not.toContain('王某');
    await machine.api.as().post('/portal/withdrawal-requests', {
      number: petition.petition,
      queryCode: petition.queryCode,
      reason: '路灯已修好',
    });
    await machine.restart();
    const office = machine.api.as('county-triage');
    await untilWaiting(office, petition.petition, 'decide-withdrawal');
    await office.change(petition.petition, 'withdrawal-decisions', { consented: true, reason: '自愿' });
    expect((await view(other)).promoted.outcome).toBe('withdrawn');
    expect(await machine.api.as('auditor').get(`/petitions/${petition.petition}/replay`)).toMatchObject({
      chainWhole: true,
      stateEqual: true,
    });
  });
});

it('the process was killed eight times', () => expect(machine.kills).toBe(8));
