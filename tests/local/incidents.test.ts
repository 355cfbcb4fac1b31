import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, ApiClient, untilWaiting } from '../../local/api-client.ts';
import { type LocalMachine, startLocalMachine } from '../support/local-machine.ts';
import { centre, discipline, land, newStory, registration, take, until } from '../support/story.ts';
import { timeOf } from '../support/time.ts';

let machine: LocalMachine;
let api: ApiClient;

beforeAll(async () => {
  machine = await startLocalMachine();
  api = new ApiClient(machine.endpoints.baseUrl);
});
afterAll(async () => {
  await machine.stop();
});

/** The legal day on the machine's own clock. */
const { now, skip } = timeOf(() => ({ control: machine.control, api }));
const person = (over: object) => ({ form: 'individual', person: { name: '孙某', ...over } });
const register = async (changes: object): Promise<{ number: string; queryCode: string }> =>
  api.as('receptionist').post('/petitions', registration(changes));
const lookUp = async (body: object): Promise<Answer[]> =>
  (await api.as('receptionist').post('/petition-lookups', body)).items;
const view = (identity: string, number: string): Promise<Answer> => api.as(identity).get(`/petitions/${number}`);
const routeTo = async (number: string, body: object = {}) => {
  await untilWaiting(api.as('triage'), number, 'triage');
  return api.as('triage').change(number, 'routing', {
    purpose: 'appeal',
    path: 6,
    category: '0201',
    disposition: 'own',
    competentUnit: centre,
    ...body,
  });
};
const refusal = async (attempt: Promise<unknown>): Promise<Answer> => {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'ApiProblem' });
  return error;
};

describe('repeats are suggested before registration ends', () => {
  const address = '东区街道1号';
  const text = '土地征收补偿标准争议\n按公告标准补足土地征收补偿款';

  it('by identity number, phone, or name and address; the same matter first, with what both say', async () => {
    const land = await register({
      petitioner: person({ phone: '13911110001', address, identityNumber: '622901198001010028' }),
    });
    const noise = await register({
      petitioner: person({ phone: '13911110001', address }),
      subject: '夜间施工噪声',
      requests: ['停止夜间施工', '公布检测结果'],
    });
    const found = await lookUp({
      phone: '139-1111-0001',
      name: '孙某',
      address: ' 东区街道 1号。',
      matter: { unit: centre, text },
    });
    expect(found.map(({ number, why }) => [number, why])).toEqual([
      [land.number, ['same phone', 'same name and address', 'similar text', 'same unit']],
      [noise.number, ['same phone', 'same name and address', 'same unit']],
    ]);
    expect(found[0].sharedPhrases).toContain('按公告标准补足土地征收补偿款');

    // Every representative of a group is looked up.
    const group = await lookUp({
      persons: [{ name: '周某', phone: '13911110009' }, { identityNumber: '622901198001010028' }],
    });
    expect(group.map(({ number }) => number)).toEqual([land.number]);
    await refusal(lookUp({ name: '孙某' }));

    // A person confirms; links lead back in time only, and can be taken back.
    const { status, code } = await refusal(
      api.as('receptionist').change(land.number, 'repeat-links', { earlier: noise.number, reason: '误' }),
    );
    expect([status, code]).toEqual([422, 'rule-violated']);
    const link = { earlier: land.number, reason: '核对' };
    await api.as('receptionist').change(noise.number, 'repeat-links', link);
    await api.as('receptionist').change(noise.number, 'repeat-unlinks', link);
    expect((await view('receptionist', noise.number)).repeats).toEqual([]);
  });

  it('but never a sealed one, nor one from which the officer is recused', async () => {
    const phone = '13911110002';
    const sealed = await register({ petitioner: person({ phone }) });
    const recused = await register({ petitioner: person({ phone }) });
    await untilWaiting(api.as('triage'), sealed.number, 'triage');
    await api.as('triage').change(sealed.number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: discipline,
    });
    expect((await lookUp({ phone })).map(({ number }) => number)).toEqual([recused.number]);
    await api.as('receptionist').change(recused.number, 'recusals', { officer: 'receptionist', interest: '近亲属' });
    expect(await lookUp({ phone })).toEqual([]);
  });
});

describe('a withdrawal', () => {
  it('through the portal ends the matter with the consent of the office, and its steps leave the worklists', async () => {
    const { number, queryCode } = await register({});
    await routeTo(number);
    await untilWaiting(api.as('centre-handler'), number, 'organ-answer');
    await api.as().post('/portal/withdrawal-requests', { number, queryCode, reason: '问题已解决' });
    expect((await api.as().post('/portal/petition', { number, queryCode })).actions).toEqual(['retract-withdrawal']);
    await untilWaiting(api.as('triage'), number, 'decide-withdrawal');
    await api.as('triage').change(number, 'withdrawal-decisions', { consented: true, reason: '出于自愿' });
    const { waitingFor, status } = await view('triage', number);
    expect([waitingFor, status]).toEqual([[], 'withdrawn']);
    const { items } = await api.as('centre-handler').get('/worklist?limit=100');
    expect((items as Answer[]).filter((item) => item.number === number)).toEqual([]);
    expect((await api.as().post('/portal/petition', { number, queryCode })).status).toBe('withdrawn');
  });
});

describe('heirs and representatives', () => {
  it('continue the matter, and are found from then on', async () => {
    const { number } = await register({});
    await api.as('receptionist').change(number, 'death', { diedOn: now(), evidence: '死亡证明' });
    await api.as('receptionist').change(number, 'heirs', {
      petitioner: person({ name: '钱小某', phone: '13911110003' }),
      evidence: '户口簿',
    });
    expect((await lookUp({ phone: '13911110003' })).map((each) => each.number)).toEqual([number]);
    expect((await view('receptionist', number)).registration.petitioner.person).toEqual({
      name: '钱**',
      phone: '*******0003',
    });
  });
});

describe('a petition in parts', () => {
  it('gives every part a number, a code and a way of its own, and closes last', async () => {
    const { number } = await register({});
    await untilWaiting(api.as('triage'), number, 'triage');
    const { parts } = await api.as('triage').change(number, 'parts', {
      parts: [{ requests: [1], subject: '补偿款计算依据', facts: '未说明计算依据。' }],
      reason: '分属不同机关',
    });
    const [part] = parts;
    await untilWaiting(api.as('triage'), part.number, 'triage');
    expect((await api.as().post('/portal/petition', part)).subject).toBe('补偿款计算依据');
    expect(await view('triage', number)).toMatchObject({ openParts: 1, children: [{ number: part.number }] });
    // Whoever has one part learns nothing of the others.
    expect((await view('receptionist', part.number)).registration).not.toHaveProperty('parent');

    // A part that is settled is noted with the parent in the same transaction.
    await api
      .as('receptionist')
      .change(part.number, 'withdrawal-requests', { reason: '不再要求', voluntariness: '当面确认' });
    await api.as('triage').change(part.number, 'withdrawal-decisions', { consented: true, reason: '出于自愿' });
    expect(await view('triage', number)).toMatchObject({ openParts: 0 });
  });
});

describe('a transfer and a reopening', () => {
  const mine = async (identity: string, number: string): Promise<string[]> => {
    const { items } = await api.as(identity).get('/worklist?limit=100');
    return (items as Answer[]).filter((item) => item.number === number).map(({ step }) => step);
  };

  it('moves what waits to the unit that has the matter now, and its clock runs on', async () => {
    const { number } = await register({});
    await routeTo(number);
    await untilWaiting(api.as('centre-handler'), number, 'organ-answer');
    await api.as('centre-handler').change(number, 'acceptance');
    await untilWaiting(api.as('centre-handler'), number, 'propose');
    const handling = async () =>
      (await view('triage', number)).deadlines.find(({ limit }: Answer) => limit === 'handling');
    const before = await handling();
    await api.as('triage').change(number, 'transfers', { to: land, reason: '职能划转' });
    await untilWaiting(api.as('land-handler'), number, 'propose');
    expect(await mine('centre-handler', number)).not.toContain('propose');
    expect(await handling()).toEqual(before);
    await api.as('land-handler').change(number, 'assignment-proposals', { leadUnit: land, reason: '主办' });
  });

  it('opens a concluded matter again with 60 days anew', async () => {
    const story = newStory(api);
    Object.assign(story, await register({}));
    const number = story.number ?? '';
    await take(story, ...until('confirm-closing'));
    expect((await view('triage', number)).status).toBe('concluded');
    await api.as('street-leader').change(number, 'reopenings', { ground: 'error', reason: '测量有误' });
    await untilWaiting(api.as('centre-handler'), number, 'draft');
    const { status, opinions, deadlines } = await view('triage', number);
    expect([status, opinions[0].setAside]).toEqual(['in-progress', 'reopened']);
    expect(deadlines.at(-1)).toMatchObject({ limit: 'handling', from: now(), state: 'running' });
  });
});

describe('review, recheck with a hearing, finality', () => {
  it('counts the hearing out of the recheck limit, and support goes on after it', async () => {
    const story = newStory(api);
    Object.assign(story, await register({}));
    const number = story.number ?? '';
    const { queryCode } = story;
    await take(story, ...until('serve-opinion'));
    const credentials = { number, queryCode };
    await api.as().post('/portal/review-requests', { ...credentials, grounds: '面积有误' });
    const review = async (identity: string) => {
      await untilWaiting(api.as(identity), number, 'admit');
      await api.as(identity).change(number, 'review-admissions', { admitted: true, reason: '符合条件' });
      await untilWaiting(api.as(identity), number, 'decide');
    };
    const decide = async (identity: string) => {
      await api
        .as(identity)
        .change(number, 'review-decisions', { outcome: 'uphold', opinion: '维持', legalBasis: ['条例'] });
      await untilWaiting(api.as(identity), number, 'serve-review');
      await api.as(identity).change(number, 'review-service', { method: 'in-person', servedOn: now() });
    };
    await review('city-handler');
    await decide('city-handler');
    await api.as().post('/portal/review-requests', { ...credentials, grounds: '仍不服' });
    await review('prefecture-handler');

    const rechecker = api.as('prefecture-handler');
    const hearing = { on: plusDays(now(), 7), place: '州信访局', subject: '补偿面积', parties: ['钱某'], public: true };
    const early = await refusal(rechecker.change(number, 'hearings', { ...hearing, on: plusDays(now(), 6) }));
    expect(early.problem.detail).toContain('configured');
    await rechecker.change(number, 'hearings', hearing);
    await untilWaiting(rechecker, number, 'hold-hearing');
    expect((await refusal(decide('prefecture-handler'))).code).toBe('not-the-step');
    const limit = async () =>
      ((await api.as('city-handler').get(`/petitions/${number}/clocks`)).items as Answer[]).find(
        (each) => each.limit === 'recheck',
      );
    const before = await limit();
    await skip(8);
    const held = { from: hearing.on, to: hearing.on, present: ['钱某'], record: '双方陈述。' };
    await api.as('prefecture-handler').change(number, 'hearings/1/record', held);
    const after = await limit();
    expect(after.due > before.due).toBe(true);
    // Asked for and announced on one day, which does not count anyway: seven days to the hearing.
    const excluded = after.day.filter(({ kind }: Answer) => kind === 'excluded');
    expect(excluded.map(({ why, basis }: Answer) => `${why} ${basis}`)).toEqual(
      Array.from({ length: 7 }, () => 'hearing R36'),
    );

    await decide('prefecture-handler');
    expect(await view('triage', number)).toMatchObject({ final: { ground: 'recheck', basis: 'R36' } });
    const again = await refusal(api.as().post('/portal/review-requests', { ...credentials, grounds: '还是不服' }));
    expect([again.code, again.problem.basis]).toEqual(['rule-violated', 'R36']);
    await api.as('triage').change(number, 'support', { kind: 'counselling', account: '上门疏导' });
    expect((await view('triage', number)).support).toHaveLength(1);
  });
});
