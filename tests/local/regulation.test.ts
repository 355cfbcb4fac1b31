import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { DynamoReferenceData } from '../../adapters/reference-data.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, type ApiClient, untilWaiting } from '../../local/api-client.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import {
  historyOf,
  justice,
  land,
  newStory,
  receptionDay,
  registration,
  take as takeSteps,
  until,
} from '../support/story.ts';
import { timeOf } from '../support/time.ts';

/** Whole ways over HTTP on the virtual clock: what the articles demand of a path from the first day to the last. */

let machine: Machine;
let api: ApiClient;

beforeAll(async () => {
  machine = await startMachine();
  ({ api } = machine);
});
afterAll(async () => {
  await machine.remove();
});

/** The legal day on the machine's own clock. */
const { now, skip, skipTo } = timeOf(() => machine);
const sweep = () => machine.control('clock', { milliseconds: 1 });

const view = (identity: string, number: string): Promise<Answer> => api.as(identity).get(`/petitions/${number}`);
/** Waits until it stands on the worklist, as an officer would, and does it. */
const take = async (identity: string, number: string, step: string, action: string, body: object = {}) => {
  await untilWaiting(api.as(identity), number, step);
  return api.as(identity).change(number, action, body);
};
/** The limit as the API explains it: the latest of its name. */
const clockOf = async (identity: string, number: string, limit: string): Promise<Answer> =>
  ((await api.as(identity).get(`/petitions/${number}/clocks`)).items as Answer[]).findLast(
    (each) => each.limit === limit,
  );
const typesOf = async (number: string): Promise<string[]> => (await historyOf(api, number)).map(({ type }) => type);
const countOf = async (number: string, type: string): Promise<number> =>
  (await typesOf(number)).filter((each) => each === type).length;
const daysOf = ({ day }: Answer, kind: string): Answer[] => day.filter((each: Answer) => each.kind === kind);
const inPerson = () => ({ method: 'in-person', servedOn: now() });

const route = (competentUnit: string) => ({
  purpose: 'appeal',
  path: 6,
  category: '0201',
  disposition: 'forward',
  competentUnit,
});
const opinion = (over: object = {}) => ({
  result: 'not-support',
  answers: ['不予补发。', '已按公告计算。'],
  facts: '经查，补偿款按公告标准发放。',
  reasons: '请求缺乏事实根据。',
  legalBasis: ['《中华人民共和国土地管理法》第四十八条'],
  ...over,
});
const register = (changes: object = {}): Promise<{ number: string; queryCode: string }> =>
  api.as('receptionist').post('/petitions', registration(changes));
/** The land bureau investigates and proposes its opinion, up to the leader's signature. */
const answer = async (number: string, content: object) => {
  await take('land-handler', number, 'draft', 'opinions', content);
  await take('land-leader', number, 'approve-opinion', 'opinion-decisions', { decision: 'approve' });
  return take('land-handler', number, 'serve', 'opinion-service', inPerson());
};
const accepted = async (): Promise<{ number: string; queryCode: string }> => {
  const registered = await register();
  const { number } = registered;
  await take('triage', number, 'triage', 'routing', route(land));
  await take('land-handler', number, 'organ-answer', 'acceptance');
  await api.as('land-handler').change(number, 'notices/acceptance-1/service', inPerson());
  return registered;
};

describe('the long way: objection, extension, a quashed opinion, recheck with a hearing, and a repeat', () => {
  let number = '';
  let queryCode = '';
  const reviewer = 'prefecture-land-handler';
  const rechecker = 'prefecture-handler';

  it('is registered, and the organ that it was sent to objects; with the sender’s agreement it goes to another (Art. 22, 23)', async () => {
    ({ number, queryCode } = await register());
    await take('triage', number, 'triage', 'routing', route(justice));
    await skip(2);
    await take('justice-handler', number, 'organ-answer', 'objections', { reason: '不属于本机关职权范围' });
    expect((await view('triage', number)).route.competentUnit).toBe(justice);
    await take('triage', number, 'decide-objection', 'objection-decisions', { agreed: true, reason: '核实同意' });
    await take('triage', number, 'triage', 'routing', route(land));
    const petition = await view('triage', number);
    expect(petition.route.competentUnit).toBe(land);
    expect(petition.formerRoutes).toMatchObject([{ ended: 'returned', route: { competentUnit: justice } }]);
    // The petition office's 15 days have counted from the original receipt all the time.
    expect(await clockOf('triage', number, 'forward')).toMatchObject({ from: plusDays(now(), -2), state: 'met' });
  });

  it('is accepted, and the petitioner is told in writing (Art. 23, 34)', async () => {
    await take('land-handler', number, 'organ-answer', 'acceptance');
    await take('land-handler', number, 'serve-notice', 'notices/acceptance-1/service', inPerson());
    expect(await clockOf('triage', number, 'notify')).toMatchObject({ state: 'met' });
    const handling = await clockOf('triage', number, 'handling');
    expect(handling).toMatchObject({ from: now(), days: 60, state: 'running', basis: 'R34' });
    expect(daysOf(handling, 'counted')).toHaveLength(60);
    await take('land-handler', number, 'propose', 'assignment-proposals', { leadUnit: land, reason: '职责所在' });
    await take('land-leader', number, 'approve', 'assignment-decisions', { decision: 'approve' });
    await untilWaiting(api.as('land-handler'), number, 'report-in');
    await api.as('land-handler').change(number, `legs/${land}/acknowledgement`);
    await api.as('land-handler').change(number, `legs/${land}/report-in`, { officer: 'land-handler' });
  });

  it('is extended once, by thirty days, before it is due; the petitioner is told why (Art. 34)', async () => {
    await skip(40);
    const ask = (days: number) =>
      api.as('land-handler').change(number, 'extension-requests', { days, reason: '需要复测' });
    await expect(ask(31)).rejects.toMatchObject({ code: 'rule-violated' });
    await ask(30);
    await take('land-head', number, 'decide-extension', 'extension-decisions', {
      approved: true,
      reason: '情况复杂',
    });
    await expect(ask(1)).rejects.toMatchObject({ code: 'already-decided' });
    const handling = await clockOf('triage', number, 'handling');
    expect(handling).toMatchObject({ extensionDays: 30, state: 'running' });
    expect(daysOf(handling, 'counted')).toHaveLength(90);
    const { milestones } = await api.as().post('/portal/petition', { number, queryCode });
    expect(milestones).toContainEqual({
      what: 'extended',
      on: now(),
      due: handling.due,
      reason: '情况复杂',
      basis: 'R34',
    });
    await take('land-handler', number, 'serve-notice', 'notices/extension-1/service', inPerson());
  });

  it('is answered after more than sixty days and in time (Art. 32)', async () => {
    await skip(30);
    expect((await view('triage', number)).supervisions).toEqual([]);
    await answer(number, opinion());
    expect(await clockOf('triage', number, 'handling')).toMatchObject({ state: 'met' });
    expect(await clockOf('triage', number, 'review-request')).toMatchObject({ from: now(), days: 30, kind: 'right' });
  });

  it('is reviewed by the bureau above, which quashes the opinion (Art. 35)', async () => {
    await skip(10);
    await api.as().post('/portal/review-requests', { number, queryCode, grounds: '面积测量有误' });
    await take(reviewer, number, 'admit', 'review-admissions', { admitted: true, reason: '符合条件' });
    await take(reviewer, number, 'decide', 'review-decisions', {
      outcome: 'quash',
      opinion: '事实不清，撤销原处理意见，责令重新办理。',
      legalBasis: ['《信访工作条例》第三十五条'],
    });
    await take(reviewer, number, 'serve-review', 'review-service', inPerson());
    expect(await clockOf('triage', number, 'handling')).toMatchObject({
      from: now(),
      days: 60,
      extensionDays: 0,
      state: 'running',
    });
  });

  it('is decided anew, not as before, and the old opinion stays in the file (Art. 35)', async () => {
    await skip(5);
    await untilWaiting(api.as('land-handler'), number, 'draft');
    await expect(api.as('land-handler').change(number, 'opinions', opinion())).rejects.toMatchObject({
      code: 'rule-violated',
    });
    await answer(number, opinion({ result: 'explain', answers: ['经复测面积无误，作出解释。', '已公开。'] }));
    const { opinions } = await view('triage', number);
    expect(opinions).toMatchObject([{ result: 'not-support', quashed: true }, { result: 'explain' }]);
  });

  it('is reviewed a second time and upheld (Art. 35)', async () => {
    await skip(29);
    await api.as().post('/portal/review-requests', { number, queryCode, grounds: '对复测结果不服' });
    await take(reviewer, number, 'admit', 'review-admissions', { admitted: true, reason: '符合条件' });
    await take(reviewer, number, 'decide', 'review-decisions', {
      outcome: 'uphold',
      opinion: '维持。',
      legalBasis: ['《信访工作条例》第三十五条'],
    });
    await take(reviewer, number, 'serve-review', 'review-service', inPerson());
    expect(await clockOf('triage', number, 'recheck-request')).toMatchObject({ from: now(), days: 30 });
  });

  it('is rechecked with a hearing whose days do not count (Art. 36)', async () => {
    await api.as().post('/portal/review-requests', { number, queryCode, grounds: '申请复核并听证' });
    await take(rechecker, number, 'admit', 'review-admissions', { admitted: true, reason: '符合条件' });
    const { due } = await clockOf('triage', number, 'recheck');
    const on = plusDays(now(), 20);
    await api.as(rechecker).change(number, 'hearings', {
      on,
      place: '州信访局听证室',
      subject: '补偿面积',
      parties: ['钱某', '临夏市自然资源局'],
      public: true,
    });
    await skip(21);
    await api
      .as(rechecker)
      .change(number, 'hearings/1/record', { from: on, to: now(), present: ['钱某'], record: '双方陈述、质证。' });
    const recheck = await clockOf('triage', number, 'recheck');
    expect(recheck.due > due).toBe(true);
    expect(daysOf(recheck, 'counted')).toHaveLength(30);
    expect(daysOf(recheck, 'excluded')).toHaveLength(21);
    expect(daysOf(recheck, 'excluded').every(({ basis, why }) => basis === 'R36' && why === 'hearing')).toBe(true);
    // Past the first due day, and still in time.
    await skipTo(plusDays(due, 5));
    expect(await clockOf('triage', number, 'recheck')).toMatchObject({ state: 'running' });
    await take(rechecker, number, 'decide', 'review-decisions', {
      outcome: 'uphold',
      opinion: '维持复查意见。',
      legalBasis: ['《信访工作条例》第三十六条'],
    });
    await take(rechecker, number, 'serve-review', 'review-service', inPerson());
  });

  it('is final from then on, and closed by a second person (Art. 36)', async () => {
    expect((await view('triage', number)).final).toMatchObject({ ground: 'recheck', since: now(), basis: 'R36' });
    await expect(
      api.as().post('/portal/review-requests', { number, queryCode, grounds: '仍然不服' }),
    ).rejects.toMatchObject({ code: 'rule-violated' });
    await take('land-handler', number, 'request-closing', 'closing-requests', { summary: '复核终结' });
    await take('triage', number, 'confirm-closing', 'closing-decisions', { decision: 'confirm' });
    expect((await view('triage', number)).status).toBe('concluded');
  });

  it('was never late, so nobody was supervised for it', async () => {
    const types = await typesOf(number);
    expect(types).not.toContain('DeadlineMissed');
    expect(types).not.toContain('SupervisionOpened');
    expect(types.filter((type) => type === 'ExtensionDecided')).toHaveLength(1);
  });

  it('brought again on the same facts, is no longer accepted: registered, refused by a second person, noticed (Art. 36)', async () => {
    await skip(3);
    const repeat = await register();
    await api.as('receptionist').change(repeat.number, 'repeat-links', { earlier: number, reason: '同一事项' });
    await take('triage', repeat.number, 'triage', 'refusal-proposals', {
      ground: 'after-recheck',
      reason: '同一事实和理由，复核已终结',
      properPath: '生活困难的可以申请社会救助',
      earlier: number,
    });
    await take('street-leader', repeat.number, 'decide-refusal', 'refusal-decisions', { decision: 'approve' });
    const petition = await view('triage', repeat.number);
    expect([petition.status, petition.waitingFor]).toEqual(['no-longer-accepted', []]);
    await take('triage', repeat.number, 'serve-notice', 'notices/no-longer-accepted-1/service', inPerson());
  });

  it('still has help: support goes on after it is final (Art. 37)', async () => {
    await api.as('triage').change(number, 'support', { kind: 'social-assistance', account: '协助申请临时救助' });
    expect((await typesOf(number)).at(-1)).toBe('SupportRecorded');
  });

  it('gives the same state when its record is replayed', async () => {
    expect(await api.as('auditor').get(`/petitions/${number}/replay`)).toMatchObject({
      chainWhole: true,
      stateEqual: true,
    });
  });
});

describe('the way of a matter that nobody handled in time (Art. 34, 40)', () => {
  let number = '';
  let due = '';

  it('is warned about ten days before, once', async () => {
    ({ number } = await accepted());
    ({ due } = await clockOf('triage', number, 'handling'));
    await skipTo(plusDays(due, -11));
    expect(await countOf(number, 'DeadlineWarned')).toBe(0);
    await skip(1);
    await skip(1);
    expect(await countOf(number, 'DeadlineWarned')).toBe(1);
  });

  it('is not late on its last day, and is on the day after: that opens supervision, once', async () => {
    await skipTo(due);
    expect(await countOf(number, 'DeadlineMissed')).toBe(0);
    await skip(1);
    await skip(1);
    const types = await typesOf(number);
    expect(types.slice(-2)).toEqual(['DeadlineMissed', 'SupervisionOpened']);
    expect((await view('triage', number)).supervisions).toMatchObject([{ ground: 'late', against: land }]);
  });

  it('cannot be extended any more', async () => {
    await expect(
      api.as('land-handler').change(number, 'extension-requests', { days: 10, reason: '复杂' }),
    ).rejects.toMatchObject({ status: 409 });
  });

  it('is proposed to be done better, and the organ owes written feedback', async () => {
    await api.as('supervisor').change(number, 'supervisions/1/proposals', {
      kind: 'improve-work',
      addressee: land,
      text: '限期办结',
    });
    await expect(
      api.as('supervisor').change(number, 'supervisions/1/closing', { finding: '已督办' }),
    ).rejects.toMatchObject({ code: 'not-the-step' });
    await take('land-handler', number, 'give-feedback', 'supervisions/1/feedback', { adopted: true, text: '立即办理' });
    expect((await view('supervisor', number)).supervisions[0]).toMatchObject({
      proposals: [{ kind: 'improve-work', addressee: land, text: '限期办结' }],
      feedback: { unit: land, adopted: true, text: '立即办理' },
    });
  });

  it('has a proposal on the policy answered by the government that it was made to', async () => {
    await api.as('supervisor').change(number, 'supervisions/1/proposals', {
      kind: 'improve-policy',
      addressee: '622901',
      text: '完善补偿标准',
    });
    const answer = { proposal: 2, adopted: true, text: '纳入修订计划' };
    await expect(api.as('land-handler').change(number, 'supervisions/1/feedback', answer)).rejects.toMatchObject({
      code: 'not-your-unit',
    });
    await take('city-handler', number, 'answer-proposal', 'supervisions/1/feedback', answer);
    expect((await view('supervisor', number)).supervisions[0].proposals[1].feedback).toMatchObject({ unit: '622901' });
  });

  it('is closed by the office that supervises, never by the organ; what was opened by hand by another person', async () => {
    await expect(
      api.as('land-handler').change(number, 'supervisions/1/closing', { finding: '已改' }),
    ).rejects.toMatchObject({ status: 403 });
    await take('supervisor', number, 'close-supervision', 'supervisions/1/closing', { finding: '已整改' });
    await api.as('supervisor').change(number, 'supervisions', { ground: 'delay', against: land, reason: '仍未办结' });
    await take('land-handler', number, 'give-feedback', 'supervisions/2/feedback', { adopted: true, text: '本周办结' });
    await expect(
      api.as('supervisor').change(number, 'supervisions/2/closing', { finding: '已整改' }),
    ).rejects.toMatchObject({ code: 'own-proposal' });
    await take('supervisor-2', number, 'close-supervision', 'supervisions/2/closing', { finding: '已整改' });
  });

  it('stays late in the record, also when it is answered at last', async () => {
    await take('land-handler', number, 'propose', 'assignment-proposals', { leadUnit: land, reason: '职责所在' });
    await take('land-leader', number, 'approve', 'assignment-decisions', { decision: 'approve' });
    await untilWaiting(api.as('land-handler'), number, 'report-in');
    await api.as('land-handler').change(number, `legs/${land}/acknowledgement`);
    await api.as('land-handler').change(number, `legs/${land}/report-in`, { officer: 'land-handler' });
    await answer(number, opinion());
    expect(await clockOf('triage', number, 'handling')).toMatchObject({ state: 'missed', done: true });
  });
});

describe('a calendar that changes while limits run', () => {
  let duty = '';
  let right = '';
  let session = '';
  const commitment = async (): Promise<Answer> =>
    (await api.as('street-leader').get(`/reception-sessions/${session}`)).visits[0].commitment;
  const moved: Record<string, string> = {};

  it('counts every running limit anew, duties and rights, and records the day before and after', async () => {
    ({ number: duty } = await register());
    const story = { ...newStory(api), today: now(), ...(await register()) };
    right = story.number;
    await takeSteps(story, ...until('serve-opinion'));
    const limits = { [duty]: 'forward', [right]: 'review-request' };
    for (const [number, limit] of Object.entries(limits)) moved[number] = (await clockOf('triage', number, limit)).due;

    // What a leader instructs without naming a day is due on a configured one.
    const desk = api.as('receptionist');
    ({ number: session } = await desk.post('/reception-sessions', receptionDay({ date: now(), from: '00:00' })));
    await desk.changeSession(session, 'visits', { visitor: '孙某', purpose: '咨询低保', persons: 1 });
    await desk.changeSession(session, 'visits/1/check-in', { arrived: true });
    await desk.changeSession(session, 'visits/1/record', { account: '未获低保', representatives: [] });
    const given = { instruction: '核实办理', solvedOnTheSpot: false, responsibleUnit: land };
    await api.as('street-leader').changeSession(session, 'visits/1/instruction', given);
    moved[session] = (await commitment()).due;

    const { endpoints } = machine;
    const client = new DynamoDBClient({
      endpoint: endpoints.dynamodb,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const days = [...new Set(Object.values(moved))].map((day) => ({
      day,
      working: false,
      name: '调休',
      source: '国务院办公厅关于调整部分节假日安排的通知',
    }));
    await new DynamoReferenceData({ client, petitionsTable: endpoints.tables.PETITIONS_TABLE ?? '' }).putSettings({
      calendarDays: days,
    });
    client.destroy();
    // Reference data is read again after a minute at the latest, and by every new process at once.
    await machine.restart();
    await sweep();

    const calendar = statutoryCalendar(days);
    for (const [number, limit] of Object.entries(limits)) {
      const recounted = (await historyOf(api, number)).filter(({ type }) => type === 'DeadlinesRecounted');
      expect(recounted).toHaveLength(1);
      const { after } = recounted[0].data.changes.find((each: Answer) => each.limit === limit);
      expect(recounted[0].data.changes).toContainEqual(
        expect.objectContaining({ limit, before: moved[number], after }),
      );
      expect(recounted[0].data.calendar).toBe(calendar.version);
      expect(after > (moved[number] ?? '')).toBe(true);
      expect(calendar.isWorkingDay(after)).toBe(true);
    }
  });

  it('counts what leaders instructed anew as well, and shows the holiday that moved it', async () => {
    const { due, limit } = await commitment();
    expect(due > (moved[session] ?? '')).toBe(true);
    expect(limit.day).toContainEqual(
      expect.objectContaining({ day: moved[session], why: 'The last day falls on rest: 调休' }),
    );
  });

  it('shows it in the clocks: the new day, and the holiday that moved it', async () => {
    const forward = await clockOf('triage', duty, 'forward');
    expect(forward.due > (moved[duty] ?? '')).toBe(true);
    expect(forward.day).toContainEqual(
      expect.objectContaining({ day: moved[duty], why: 'The last day falls on rest: 调休' }),
    );
    expect(daysOf(forward, 'counted')).toHaveLength(15);
  });

  it('does not do it again while the calendar stays as it is', async () => {
    await sweep();
    expect(await countOf(duty, 'DeadlinesRecounted')).toBe(1);
  });

  it('warns and misses by the new day', async () => {
    await skipTo(moved[duty] ?? '');
    await skip(1);
    const { due } = await clockOf('triage', duty, 'forward');
    expect(await countOf(duty, 'DeadlineMissed')).toBe(0);
    await skipTo(plusDays(due, 1));
    expect(await countOf(duty, 'DeadlineMissed')).toBe(1);
  });
});
