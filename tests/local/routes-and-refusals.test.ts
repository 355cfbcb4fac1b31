import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient, untilWaiting } from '../../local/api-client.ts';
import { type LocalMachine, startLocalMachine } from '../support/local-machine.ts';
import { registration } from '../support/story.ts';

let machine: LocalMachine;
let api: ApiClient;

beforeAll(async () => {
  machine = await startLocalMachine();
  api = new ApiClient(machine.endpoints.baseUrl);
});
afterAll(async () => {
  await machine.stop();
});

const land = '622901-zrzy';
const justice = '622901-sfj';
const register = (identity = 'receptionist'): Promise<{ number: string; queryCode: string }> =>
  api.as(identity).post('/petitions', registration());
const view = (identity: string, number: string): Promise<Answer> => api.as(identity).get(`/petitions/${number}`);
const change = (identity: string, number: string, action: string, body: object = {}): Promise<Answer> =>
  api.as(identity).change(number, action, body);
/** Waits until it stands on the worklist, as an officer would, and does it. */
const take = async (identity: string, number: string, step: string, action: string, body: object = {}) => {
  await untilWaiting(api.as(identity), number, step);
  return change(identity, number, action, body);
};
const route = (over: object = {}) => ({
  purpose: 'appeal',
  path: 6,
  category: '0201',
  disposition: 'forward',
  competentUnit: land,
  ...over,
});
const limitsOf = ({ deadlines }: Answer): string[] =>
  deadlines.map(({ limit, state }: { limit: string; state: string }) => `${limit} ${state}`);

describe('a dispute over competence, then the wrong class', () => {
  let number = '';

  it('goes to the leaders of the common superior, and their decision binds', async () => {
    ({ number } = await register());
    await take('triage', number, 'triage', 'routing', route());
    await take('land-handler', number, 'organ-answer', 'objections', { reason: '不属于本机关职权' });
    await take('triage', number, 'decide-objection', 'disputes', { organs: [land, justice], account: '协商未果' });
    await expect(
      change('land-leader', number, 'dispute-decisions', { competentUnit: justice, reason: '…' }),
    ).rejects.toMatchObject({ code: 'not-your-unit' });
    await take('city-leader', number, 'decide-dispute', 'dispute-decisions', {
      competentUnit: justice,
      reason: '职责',
    });
    await take('justice-handler', number, 'organ-answer', 'acceptance');
    const petition = await view('triage', number);
    expect(petition.dispute).toMatchObject({ decider: '622901', rule: 'common-superior', competentUnit: justice });
  });

  it('is triaged anew: the machines stop and start again, the old ways stay in sight', async () => {
    await untilWaiting(api.as('justice-handler'), number, 'propose');
    await change('triage', number, 'retriage', { reason: '实为建议' });
    const { path: _, ...suggestion } = route({
      purpose: 'suggestion',
      disposition: 'hand-over',
      reportDue: '2099-01-05',
    });
    await take('triage', number, 'triage', 'routing', suggestion);
    await take('land-handler', number, 'organ-answer', 'acceptance');
    await untilWaiting(api.as('land-handler'), number, 'propose');
    const petition = await view('triage', number);
    expect(petition.formerRoutes.map(({ ended }: Answer) => ended)).toEqual(['decided', 'retriaged']);
    expect(limitsOf(petition)).toEqual(
      expect.arrayContaining(['forward met', 'handling stopped', 'hand-over-report running', 'reply running']),
    );
    const { items } = await api.as('justice-handler').get('/worklist');
    expect(items.filter((each: Answer) => each.number === number && each.stage !== 'task')).toEqual([]);
  });
});

describe('an organ that receives a matter directly', () => {
  it('tells whom to address; the petitioner reads it with the query code', async () => {
    const { number, queryCode } = await register('land-desk');
    await untilWaiting(api.as('land-desk'), number, 'triage');
    await expect(change('land-desk', number, 'routing', route({ competentUnit: justice }))).rejects.toMatchObject({
      code: 'rule-violated',
      problem: { basis: 'R23', errors: [{ pointer: '/competentUnit' }] },
    });
    await change('land-desk', number, 'redirection', {
      organ: '临夏市司法局',
      reason: '不属于本系统',
      onTheSpot: true,
    });
    const page = await api.as().post('/portal/petition', { number, queryCode });
    expect(page).toMatchObject({ status: 'redirected', actions: [] });
    expect(page.milestones).toContainEqual(expect.objectContaining({ what: 'redirected', basis: 'R23' }));
    expect(limitsOf(await view('land-desk', number))).toEqual(['notify met']);
  });
});

describe('a refusal', () => {
  it('is proposed, decided by a leader, noticed, and read by the petitioner with its ground', async () => {
    const { number, queryCode } = await register();
    await take('triage', number, 'triage', 'refusal-proposals', {
      ground: 'litigation',
      reason: '属于审判机关职权',
      properPath: '向人民法院起诉',
    });
    await take('street-leader', number, 'decide-refusal', 'refusal-decisions', { decision: 'approve' });
    await untilWaiting(api.as('triage'), number, 'serve-notice');
    expect((await view('triage', number)).summary).toMatchObject({ status: 'not-accepted', notAssessed: true });
    const { milestones } = await api.as().post('/portal/petition', { number, queryCode });
    expect(milestones).toContainEqual(
      expect.objectContaining({ what: 'not-accepted', ground: 'litigation', remedy: '向人民法院起诉', basis: 'R22' }),
    );
  });

  it('of the same matter in process below rests on the confirmed link and on what the record says of it', async () => {
    const { number: earlier } = await register();
    const { number } = await register('city-receptionist');
    const proposal = { ground: 'in-process', reason: '正在办理', properPath: '等待答复', earlier };
    const refused = (pointer: string) => ({ code: 'rule-violated', problem: { basis: 'R19', errors: [{ pointer }] } });
    await untilWaiting(api.as('city-triage'), number, 'triage');
    await expect(change('city-triage', number, 'refusal-proposals', proposal)).rejects.toMatchObject(
      refused('/earlier'),
    );
    await change('city-receptionist', number, 'repeat-links', { earlier, reason: '同一人同一事项' });
    // Registered below, but not accepted yet: not in process.
    await expect(change('city-triage', number, 'refusal-proposals', proposal)).rejects.toMatchObject(
      refused('/earlier'),
    );
    await take('triage', earlier, 'triage', 'routing', route());
    await take('land-handler', earlier, 'organ-answer', 'acceptance');
    await change('city-triage', number, 'refusal-proposals', proposal);
    await take('city-leader', number, 'decide-refusal', 'refusal-decisions', { decision: 'approve' });
    expect((await view('city-triage', number)).refusal).toMatchObject({ kind: 'not-accepted', earlier, basis: 'R19' });
  });
});

describe('a major or urgent matter', () => {
  it('is missed by the hour: the sweep of the same day opens supervision', async () => {
    const { number } = await register();
    await change('receptionist', number, 'urgent-flags', { reason: '人员聚集' });
    await untilWaiting(api.as('triage'), number, 'report-urgent');
    await machine.control('clock', { milliseconds: 2 * 3_600_000 + 1000 });
    api.forgetTokens();
    expect(limitsOf(await view('triage', number))).toEqual(['forward running', 'urgent-report missed']);
    const to = ['party-government', 'joint-meeting-office', 'superior-petition-office', 'national-petition-office'];
    await change('triage', number, 'urgent-reports', { to, measures: '已派员到场' });
    const { urgent, deadlines } = await view('triage', number);
    expect(urgent.outstanding).toEqual([]);
    expect(deadlines.at(-1)).toMatchObject({ limit: 'urgent-report', state: 'missed', done: true });
  });
});
