import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, changeAt, until, untilWaiting } from '../../local/api-client.ts';
import { eicar, type FakeClamd, fakeClamd } from '../support/clamd.ts';
import { send } from '../support/http.ts';
import { killedInFlight } from '../support/killed-in-flight.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { postForm } from '../support/objects.ts';
import { refusal } from '../support/refusal.ts';
import { pdf } from '../support/sample-files.ts';
import { worklistOf } from '../support/story.ts';
import { timeOf } from '../support/time.ts';

/**
 * Scenario C: a village information assembly (村民知情大会), from the notice to what became of every question. One question
 * is answered on the spot, one becomes a petition with consent, one an accusation that nobody may see. Killed in between.
 */

const village = '622927104-syc';
const centre = '622927104-zzzx';
const themes = ['时事政策', '乡风文明', '增收致富', '群众诉求', '精准治理'];
const grievance = '退耕还林补助两年没有发到户';
const wrongdoing = '有人侵占集体收入';
const name = '马某';
const identityNumber = '622927199001010016';

let machine: Machine;
let clamd: FakeClamd;
let assembly: string;
let petition: Answer;
let sealed: Answer;
beforeAll(async () => {
  clamd = await fakeClamd();
  process.env.CLAMD_ADDRESS = clamd.address;
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
  clamd.close();
});

const { now, skip } = timeOf(() => machine);
const recorder = () => machine.api.as('village-recorder');
const read = (): Promise<Answer> => recorder().get(`/assemblies/${assembly}`);
const change = (action: string, body: object = {}): Promise<Answer> =>
  changeAt(recorder(), `/assemblies/${assembly}`, action, body);
/** As anybody: no token. */
const publicly = async (): Promise<{ page: Answer; text: string }> => {
  const { body } = await send(`${machine.baseUrl}/public/assemblies/${assembly}`);
  return { page: body, text: JSON.stringify(body) };
};
const take = async (identity: string, number: string, step: string, action: string, body: object = {}) => {
  const caller = machine.api.as(identity);
  await untilWaiting(caller, number, step);
  return caller.change(number, action, body);
};

describe('scenario C, killed again and again', () => {
  it('the village gives notice with its themes; anybody reads it', async () => {
    const date = plusDays(now(), 2);
    const notice = {
      date,
      from: '09:30',
      place: '村文化广场',
      themes,
      presenters: [
        { post: '镇民政办', theme: '时事政策' },
        { post: '驻村工作队', theme: '增收致富' },
      ],
      message: '请各户派人参加，可现场提问。',
    };
    const path = '/assemblies';
    expect(await refusal(machine.api.as('town-handler').post(path, notice))).toEqual([403, 'not-your-role']);
    const sent = { identity: 'village-recorder', path, body: notice };
    assembly = (await killedInFlight(machine, 'assembly', sent)).number;
    expect((await recorder().get(path)).items).toMatchObject([{ id: assembly, status: 'convened', date }]);
    const { page } = await publicly();
    expect(page).toMatchObject({ ...notice, unit: village, status: 'convened', statutoryVote: false });
    expect(page.note).toContain('不是村民会议');
    const list = await send(`${machine.baseUrl}/public/assemblies?unit=${village}`);
    expect(list.body.items).toMatchObject([{ id: assembly, themes }]);
    expect(await untilWaiting(recorder(), assembly, 'hold-assembly')).toMatchObject({ kind: 'assembly', due: date });
  });

  it('it lays open documents of village, government and money', async () => {
    for (const [kind, title] of [
      ['村务', '低保评议结果'],
      ['政务', '惠农补贴政策'],
    ])
      await change('disclosures', { kind, title, link: '村务公开栏' });
    await machine.restart();
    const sha256 = 'c0'.repeat(32);
    await change('disclosures', { kind: '财务', title: '上半年收支明细', sha256 });
    expect((await publicly()).page.disclosures).toEqual([
      { number: 1, kind: '村务', title: '低保评议结果', link: '村务公开栏' },
      { number: 2, kind: '政务', title: '惠农补贴政策', link: '村务公开栏' },
      { number: 3, kind: '财务', title: '上半年收支明细', sha256 },
    ]);
  });

  it('a document that is put here itself is in quarantine until it was scanned, and then anybody can save it', async () => {
    const content = pdf('/Title (上半年收支) ');
    const sha256 = createHash('sha256').update(content).digest('hex');
    const declare = (bytes: Buffer, title: string) =>
      change('disclosures', {
        kind: '财务',
        title,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        file: { size: bytes.length, mediaType: 'application/pdf' },
      });
    const { disclosure, upload } = await declare(content, '上半年收支原件');
    const file = `${machine.baseUrl}/public/assemblies/${assembly}/disclosures/${String(disclosure)}`;
    expect([(await send(file)).status, (await send(file)).code]).toEqual([409, 'not-the-step']);
    expect((await postForm(upload, Uint8Array.from(content))).status).toBe(204);
    const stateOf = async (number: number) => {
      const { disclosures } = (await publicly()).page;
      return disclosures.find((each: Answer) => each.number === number)?.file?.state;
    };
    await until('it is scanned', async () => ((await stateOf(disclosure)) === 'cleared' ? true : undefined));
    const { body: link } = await send(file);
    expect(link).toMatchObject({ sha256, scanned: true, mediaType: 'application/pdf' });
    const saved = await fetch(link.url);
    expect(Buffer.from(await saved.arrayBuffer()).equals(content)).toBe(true);
    expect(saved.headers.get('content-type')).toBe('application/octet-stream');
    expect(saved.headers.get('content-disposition')).toBe(
      `attachment; filename="${assembly}-${String(disclosure)}.pdf"`,
    );
    // What does harm stays where nobody gets it.
    const bad = Buffer.concat([pdf('/Bad '), Buffer.from(eicar)]);
    const second = await declare(bad, '附件');
    await postForm(second.upload, Uint8Array.from(bad));
    await until('it is refused', async () => ((await stateOf(second.disclosure)) === 'rejected' ? true : undefined));
    expect((await send(file.replace(/\d+$/, String(second.disclosure)))).code).toBe('not-the-step');
    expect((await send(file.replace(/\d+$/, '99'))).code).toBe('not-found');
  });

  it('questions are taken down on the day, without who asked', async () => {
    const ask = (theme: string, question: string) =>
      recorder().post(`/assemblies/${assembly}/questions`, { theme, question });
    expect(await refusal(ask('时事政策', '低保怎么申请？'))).toEqual([409, 'not-the-step']);
    await skip(2);
    await ask('时事政策', '低保怎么申请？');
    await ask('群众诉求', grievance);
    await ask('群众诉求', wrongdoing);
    await ask('乡风文明', '高价彩礼怎么治理？');
    expect(await refusal(ask('群众诉求', `我的身份证是${identityNumber}`))).toEqual([422, 'rule-violated']);
    expect(await refusal(ask('征地拆迁', '何时动工？'))).toEqual([422, 'rule-violated']);
    expect((await read()).questions).toHaveLength(4);
    // Nothing of it is public before the minutes are.
    expect((await publicly()).text).not.toContain('低保怎么申请');
  });

  it('a question of policy is answered on the spot', async () => {
    await machine.restart();
    await change('questions/1/answer', { answer: '持户口本到镇民政办申请，公示七日。', post: '镇民政办' });
    expect((await read()).questions[0]).toMatchObject({ outcome: 'answered-on-the-spot' });
  });

  it('a grievance becomes a petition, named with consent only, and once', async () => {
    const body = {
      petitioner: { form: 'individual', person: { name, identityNumber } },
      subject: '退耕还林补助未发放',
      requests: ['发放两年补助'],
      facts: grievance,
    };
    expect(await refusal(change('questions/2/promotion', body))).toEqual([422, 'rule-violated']);
    petition = await killedInFlight(machine, 'assembly', {
      identity: 'village-recorder',
      path: `/assemblies/${assembly}/questions/2/promotion`,
      body: { ...body, consent: { givenOn: now(), how: '会后当面同意并签字' } },
      ifMatch: (await read()).version,
    });
    expect(petition.events).toEqual(['QuestionPromoted']);
    expect(await refusal(change('questions/2/promotion', { ...body, petitioner: { form: 'anonymous' } }))).toEqual([
      409,
      'already-decided',
    ]);
    await untilWaiting(machine.api.as('town-triage'), petition.petition, 'triage');
    const { registration } = await machine.api.as('town-triage').get(`/petitions/${petition.petition}`);
    expect(registration).toMatchObject({
      source: 'assembly',
      unit: centre,
      registeredBy: 'village-recorder',
      origin: { kind: 'assembly', id: assembly, question: 2 },
    });
    // Without consent nobody is named: the matter goes on all the same.
    sealed = await change('questions/3/promotion', {
      petitioner: { form: 'anonymous' },
      subject: '反映村务问题',
      requests: ['查清集体收入去向'],
      facts: wrongdoing,
    });
  });

  it('minutes are published; the open question stays on the list', async () => {
    expect(await refusal(change('minutes', { minutes: '联系电话13900000001', attendance: 61 }))).toEqual([
      422,
      'rule-violated',
    ]);
    const held = { minutes: '镇村干部逐项说明，村民提问四项。', attendance: 61 };
    expect(await refusal(change('minutes', held))).toEqual([422, 'rule-violated']);
    const asAsked = { publish: 'as-asked' };
    await change('questions/1/publication', asAsked);
    await change('minutes', { ...held, questions: [{ question: 4, ...asAsked }] });
    await machine.restart();
    const open = (await worklistOf(machine.api, 'village-recorder')).filter(({ number }) => number === assembly);
    expect(open).toMatchObject([{ step: 'answer-question', round: 4 }]);
    expect(open[0]).not.toHaveProperty('due');
    expect(
      await refusal(recorder().post(`/assemblies/${assembly}/questions`, { theme: '群众诉求', question: '？' })),
    ).toEqual([409, 'already-decided']);
  });

  it('later every question shows its outcome, to everybody, without a name', async () => {
    const { petition: number } = petition;
    await take('town-triage', number, 'triage', 'routing', {
      purpose: 'appeal',
      path: 6,
      category: '0201',
      disposition: 'own',
      competentUnit: centre,
    });
    await take('town-handler', number, 'organ-answer', 'acceptance');
    await take('town-handler', number, 'propose', 'assignment-proposals', {
      leadUnit: centre,
      assistingUnits: [],
      reason: '本镇职权范围',
    });
    await take('town-leader', number, 'approve', 'assignment-decisions', { decision: 'approve', note: '同意。' });
    const handler = machine.api.as('town-handler');
    await untilWaiting(handler, number, 'report-in');
    await handler.change(number, `legs/${centre}/acknowledgement`);
    await handler.change(number, `legs/${centre}/report-in`, { officer: 'town-handler' });
    await take('town-handler', number, 'draft', 'opinions', {
      result: 'support',
      answers: ['补助已核定，于本月发放。'],
      facts: '经查，补助因账户信息错误未发放。',
      reasons: '请求有事实根据。',
      legalBasis: ['《退耕还林条例》第四十条'],
    });
    await take('town-leader', number, 'approve-opinion', 'opinion-decisions', { decision: 'approve' });
    await take('town-handler', number, 'serve', 'opinion-service', { method: 'in-person', servedOn: now() });
    expect((await publicly()).page.questions[1]).toMatchObject({ petition: 'in-progress' });
    await machine.api.as().post('/portal/review-declinations', { number, queryCode: petition.queryCode });
    await take('town-handler', number, 'request-closing', 'closing-requests', { summary: '补助已发放。' });
    await take('town-triage', number, 'confirm-closing', 'closing-decisions', { decision: 'confirm' });
    await skip(3);
    await change('questions/4/answer', { answer: '已修订村规民约。', post: '村民委员会' });
    const { page, text } = await publicly();
    expect(page).toMatchObject({
      status: 'minutes-published',
      minutes: { attendance: 61 },
      questions: [
        { number: 1, outcome: 'answered-on-the-spot', answer: { post: '镇民政办' } },
        { number: 2, theme: '群众诉求', outcome: 'promoted', petition: 'concluded' },
        { number: 3, theme: '群众诉求', outcome: 'promoted', petition: 'in-progress' },
        { number: 4, outcome: 'answered-later', answer: { on: now() } },
      ],
    });
    for (const secret of [name, identityNumber, number, grievance, wrongdoing, 'village-recorder', 'town-handler'])
      expect(text).not.toContain(secret);
    expect((await read()).questions[1]).toMatchObject({ outcome: 'promoted', petition: 'concluded' });
  });

  it('of a question that became an accusation nobody learns more than before', async () => {
    const before = { public: await publicly(), village: await read() };
    const day = plusDays(now(), -3);
    const history = async () =>
      (await machine.api.as('auditor').get(`/history?unit=${village}&from=${day}&to=${day}&limit=100`))
        .items as Answer[];
    const types = (items: readonly Answer[], type: string) => items.filter((each) => each.type === type).length;
    expect(types(await history(), 'QuestionPromoted')).toBe(2);
    await take('town-triage', sealed.petition, 'triage', 'routing', {
      purpose: 'accusation',
      category: '1603',
      disposition: 'forward',
      competentUnit: '622900-jwjw',
    });
    await machine.restart();
    expect(await refusal(machine.api.as('town-triage').get(`/petitions/${sealed.petition}`))).toEqual([
      404,
      'not-found',
    ]);
    expect({ public: await publicly(), village: await read() }).toEqual(before);
    expect(types(await history(), 'QuestionPromoted')).toBe(1);
    expect(JSON.stringify(await history())).not.toContain(sealed.petition);
  });

  it('nothing can be voted on', async () => {
    const { paths } = (await send(`${machine.baseUrl}/openapi.json`)).body as { paths: Record<string, object> };
    const ofAssemblies = Object.keys(paths).filter((path) => path.includes('assembl'));
    expect(ofAssemblies.length).toBeGreaterThan(8);
    expect(ofAssemblies.filter((path) => /vote|ballot|quorum|resolution/.test(path))).toEqual([]);
    expect(await read()).toMatchObject({ statutoryVote: false });
  });

  it('the process was killed six times', () => expect(machine.kills).toBe(6));
});
