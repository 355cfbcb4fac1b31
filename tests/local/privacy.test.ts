/**
 * Personal data, from outside: sealed wherever it lies, masked where it is shown, whole only for a purpose that is
 * recorded, gone with its key. A marker stands in every text that anybody sends; afterwards everything that the machine
 * left on this computer is searched for it.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, ApiClient, ApiProblem, type Caller } from '../../local/api-client.ts';
import { call } from '../../local/aws-json.ts';
import { type Story, scenarioA } from '../../local/scenario-a.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { land, receptionDay, registration, today } from '../support/story.ts';

const marker = '密印七号';
/** What the story sends as numbers of persons. */
const numbers = ['62290119700101001X', '13900000001', '622901198001010011', '13900000002'];

/** Published by the unit itself, chosen from a list, or an id: no text of anybody's own. */
const open = new Set(['leaderName', 'post', 'portfolio', 'mode', 'order']);
const marked = (value: unknown, field = ''): unknown => {
  if (typeof value === 'string') return /\p{Script=Han}/u.test(value) && !open.has(field) ? value + marker : value;
  if (Array.isArray(value)) return value.map((each) => marked(each, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, marked(each, name)]));
};

/** Sends the marker in every text. */
class MarkingClient extends ApiClient {
  override as(identity?: string): Caller {
    const caller = super.as(identity);
    const published = (path: string, body: object) =>
      path === '/reception-sessions' ? body : (marked(body) as object);
    return {
      ...caller,
      post: (path, body, options) => caller.post(path, published(path, body), options),
      change: (number, action, body = {}) => caller.change(number, action, marked(body) as object),
      changeSession: (id, action, body = {}) => caller.changeSession(id, action, marked(body) as object),
    };
  }
}

/** Every form in which a text can lie in a file. */
const forms = (text: string): readonly Buffer[] => [
  Buffer.from(text),
  Buffer.from(text, 'utf16le'),
  Buffer.from(encodeURIComponent(text)),
  Buffer.from([...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')),
  // Base64 at each of the three alignments, without the characters that its neighbours decide.
  ...[0, 1, 2].map((shift) =>
    Buffer.from(
      Buffer.concat([Buffer.alloc(shift, 0x20), Buffer.from(text)])
        .toString('base64')
        .slice(shift === 0 ? 0 : 4, -4),
    ),
  ),
];
/** Numbers of persons are few enough to be tried one by one: a plain digest of one is as good as the number. */
const digests = (text: string): readonly Buffer[] =>
  ['md5', 'sha1', 'sha256', 'sha512', 'sm3'].flatMap((name) => {
    const digest = createHash(name).update(text).digest();
    return [digest, ...(['hex', 'base64', 'base64url'] as const).map((to) => Buffer.from(digest.toString(to)))];
  });
const searched = [marker, ...numbers].flatMap((text) =>
  [...forms(text), ...digests(text)].map((form) => ({ text, form })),
);
const foundIn = (content: Buffer): readonly string[] => [
  ...new Set(searched.filter(({ form }) => content.includes(form)).map(({ text }) => text)),
];

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

let machine: Machine;
let api: ApiClient;
let plain: ApiClient;
let story: Story & { number: string; session: string };

const problemOf = async (attempt: Promise<Answer>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiProblem) return error.code;
    throw error;
  }
  return 'nothing';
};
const change = async (actor: string, action: string, body: object = {}): Promise<Answer> =>
  api.as(actor).change(story.number, action, body);
const reads = async (): Promise<readonly Answer[]> =>
  (await plain.as('auditor').get(`/petitions/${story.number}/reads?limit=100`)).items;

/** Every text that can be said of a reception day and a visit, beside those of the story, on a day of its own. */
const secondDay = async (): Promise<void> => {
  const receiving = receptionDay({ from: '00:00' });
  const { number } = await api.as('receptionist').post('/reception-sessions', receiving);
  const of = (actor: string, action: string, body: object) => api.as(actor).changeSession(number, action, body);
  const deputy = { leader: 'street-leader-2', leaderName: '街道领导乙', post: '副主任', portfolio: '民政' };
  await of('receptionist', 'leader', { ...deputy, reason: '因病请假' });
  await of('receptionist', 'attendance', { attended: true, remark: '全程在岗' });
  await of('receptionist', 'visits', { visitor: '钱某', address: '某巷1号', purpose: '低保', persons: 1 });
  await of('receptionist', 'visits/1/check-in', { arrived: true });
  await of('receptionist', 'visits/1/record', {
    account: '未获低保',
    place: '某社区',
    cause: '患病',
    representatives: ['钱某'],
  });
  const given = { instruction: '核实办理', solvedOnTheSpot: false, responsibleUnit: land, due: plusDays(today(), 1) };
  await of('street-leader-2', 'visits/1/instruction', given);
  await of('land-handler', 'visits/1/progress', { account: '已入户核实' });
  await machine.control('clock', { days: 2 });
  api.forgetTokens();
  plain.forgetTokens();
  await of('supervisor', 'visits/1/urgings', { text: '限期办结', due: plusDays(today(), 9) });
  await of('land-handler', 'visits/1/follow-up', { result: '已纳入低保' });
  const back = { decision: 'return', reason: '未告知本人', due: plusDays(today(), 9) };
  await of('street-leader-2', 'visits/1/result-decisions', back);
  // What the public books itself, for another day: one booking is declined, one becomes a visit, one is withdrawn.
  const next = await api.as('receptionist').post('/reception-sessions', { ...receiving, date: plusDays(today(), 3) });
  await api.as('street-leader').changeSession(next.number, 'confirmation', {});
  const asked = { visitor: '吴某', phone: numbers[1], address: '某巷2号', purpose: '欠薪', persons: 2 };
  const bookings = `/reception-sessions/${String(next.number)}/bookings`;
  for (const booking of [1, 2, 3]) {
    const path = `/public/reception-days/${String(next.number)}/bookings`;
    const made = await api.as().post(path, { ...asked, representatives: ['郑某'] });
    if (booking === 3) await plain.as().post('/portal/booking-withdrawals', made);
  }
  const declined = { decision: 'decline', reason: '属劳动仲裁' };
  await api.as('receptionist').post(`${bookings}/1/decision`, declined);
  await api.as('receptionist').post(`${bookings}/2/decision`, { decision: 'confirm' });
  await plain.as('receptionist').post(`${bookings}/2/disclosures`, { purpose: 'contact' });
};

beforeAll(async () => {
  machine = await startMachine();
  api = new MarkingClient(machine.baseUrl);
  plain = machine.api;
  const telling: Story = { api, today: today() };
  for (const step of scenarioA) await step.run(telling);
  story = telling as typeof story;
  await secondDay();
}, 120_000);

afterAll(() => machine.remove());

describe('whoever works on the case', () => {
  it('reads texts whole and persons masked', async () => {
    const view = await plain.as('centre-handler').get(`/petitions/${story.number}`);
    expect(view.registration.facts).toContain(marker);
    expect(view.registration.petitioner.person).toEqual({
      name: '赵**',
      identityNumber: `${'*'.repeat(14)}001X`,
      phone: '*******0001',
      address: expect.stringMatching(/^临夏市东区街\*{4}$/),
    });
    const { parties } = view.mediations[0];
    expect(parties.map(({ name }: Answer) => name)).toEqual(['赵**', expect.stringMatching(/^.\*\*$/)]);
  });

  it('sees persons whole for a purpose alone, and that he did is recorded with it', async () => {
    const path = `/petitions/${story.number}/disclosures`;
    const body = { purpose: 'contact', explanation: '电话联系赵某送达' };
    expect(await problemOf(plain.as('centre-handler').post(path, { explanation: '看看' }))).toBe('invalid-request');
    for (const explanation of ['看', ' 看  ', '联系人']) {
      expect(await problemOf(plain.as('centre-handler').post(path, { ...body, explanation }))).toBe('invalid-request');
    }
    expect(await problemOf(plain.as('auditor').post(path, body))).toBe('not-your-role');
    expect(await problemOf(plain.as('discipline').post(path, body))).toBe('not-your-unit');
    const before = (await reads()).length;
    const { petitioner, parties } = await api.as('centre-handler').post(path, body);
    expect(petitioner.person).toMatchObject({ name: `赵某${marker}`, identityNumber: numbers[0], phone: numbers[1] });
    expect(parties).toHaveLength(2);
    const after = await reads();
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)).toMatchObject({
      what: 'disclosure',
      purpose: 'contact',
      explanation: `电话联系赵某送达${marker}`,
      actor: { id: 'centre-handler', unit: '622901007-zzzx', role: 'handler' },
    });
  });

  it('gets the document that he serves with its addressee; who only reads it gets it masked', async () => {
    const page = async (actor: string) => {
      const response = await fetch(`${machine.baseUrl}/petitions/${story.number}/notices/acceptance-1?format=html`, {
        headers: { authorization: `Bearer ${await plain.token(actor)}` },
      });
      expect(response.status).toBe(200);
      return response.text();
    };
    expect(await page('centre-handler')).toContain('赵某');
    const shown = await page('auditor');
    expect(shown).not.toContain('赵某');
    expect(shown).toContain('赵**');
    expect((await reads()).slice(-2)).toMatchObject([
      { what: 'document', part: 'acceptance-1', actor: { id: 'centre-handler' } },
      { what: 'document', part: 'acceptance-1', actor: { id: 'auditor' } },
    ]);
  });

  it('reads nothing that cannot be recorded', async () => {
    const { tables, dynamodb } = machine.endpoints;
    const head = { pk: { S: `R#${story.number}` }, sk: { S: 'HEAD' } };
    const get = async () =>
      (
        await call<{ Item: object }>(dynamodb, 'DynamoDB_20120810.GetItem', {
          TableName: tables.PETITIONS_TABLE,
          Key: head,
        })
      ).Item;
    const item = await get();
    // A head that is behind its history: every append is refused, as if the log were lost.
    const broken = { ...item, version: { N: '1' } };
    await call(dynamodb, 'DynamoDB_20120810.PutItem', { TableName: tables.PETITIONS_TABLE, Item: broken });
    try {
      await expect(plain.as('centre-handler').get(`/petitions/${story.number}`)).rejects.toThrow(/^50/);
    } finally {
      await call(dynamodb, 'DynamoDB_20120810.PutItem', { TableName: tables.PETITIONS_TABLE, Item: item });
    }
    expect((await plain.as('centre-handler').get(`/petitions/${story.number}`)).number).toBe(story.number);
  });
});

describe('the auditor', () => {
  it('reads the history with texts and without persons, and it is recorded that he did', async () => {
    const before = (await reads()).length;
    const { items } = await plain.as('auditor').get(`/petitions/${story.number}/history?limit=100`);
    expect(JSON.stringify(items)).toContain(marker);
    // Texts may name anybody; they are what an auditor reads a history for.
    expect(items[0].data.registration.petitioner.person.name).toBe('赵**');
    for (const number of numbers) expect(JSON.stringify(items)).not.toContain(number);
    expect((await reads()).slice(before)).toMatchObject([{ what: 'history', actor: { id: 'auditor' } }]);
  });

  it('finds no text in what a unit did on a day, nor in an export', async () => {
    const day = await plain.as('auditor').get(`/history?unit=622901007-zzzx&from=${today()}&limit=100`);
    expect(day.items.length).toBeGreaterThan(10);
    const auditor = plain.as('auditor');
    const begun = await auditor.post('/history-exports', {
      scope: { kind: 'petition', petition: story.number },
      purpose: 'audit',
    });
    const response = await fetch(`${machine.baseUrl}/history-exports/${begun.export}`, {
      headers: { authorization: `Bearer ${await plain.token('auditor')}` },
    });
    const exported = await response.text();
    expect(exported).toContain('xf1.A256GCM.');
    for (const answer of [JSON.stringify(day), exported]) expect(foundIn(Buffer.from(answer))).toEqual([]);
    expect((await reads()).at(-1)).toMatchObject({ type: 'HistoryExported', actor: { id: 'auditor' } });
  });

  it('sees who found the petition by its person', async () => {
    const { items } = await plain
      .as('receptionist')
      .post('/petition-lookups', { identityNumber: '62290119700101001x' });
    expect(items.map((item: Answer) => item.number)).toContain(story.number);
    expect((await reads()).at(-1)).toMatchObject({ what: 'look-up', actor: { id: 'receptionist' } });
  });

  it('sees of a reception day who was shown its visitors, and they are masked', async () => {
    const day = await plain.as('receptionist').get(`/reception-sessions/${story.session}`);
    expect(day.visits[0].visitor).toBe('赵**');
  });

  it('pages through the reads, each in its chain', async () => {
    const all = await reads();
    const seen: Answer[] = [];
    for (let cursor = ''; ; ) {
      const page = await plain
        .as('auditor')
        .get(`/petitions/${story.number}/reads?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items);
      if (page.cursor === undefined) break;
      cursor = page.cursor;
    }
    expect(seen).toEqual(all);
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
    expect(await problemOf(plain.as('centre-handler').get(`/petitions/${story.number}/reads`))).toBe('not-your-role');
  });
});

describe('a marker that stood in every text', () => {
  it('is nowhere in what the machine keeps, says and tells', async () => {
    // Besides the story: requests that are refused, a body that is none, a fault of every function that serves officers,
    // a signal that never arrives, a sweep, the petitioner's page, and a second machine on the same folder.
    const desk = api.as('receptionist');
    expect(await problemOf(desk.post('/petitions', { ...registration(), channel: `没有这个渠道${marker}` }))).toBe(
      'invalid-request',
    );
    expect(await problemOf(api.as('street-leader').change(story.number, 'opinions', { result: marker }))).not.toBe(
      'nothing',
    );
    expect(
      await problemOf(
        change('centre-handler', 'opinions', {
          result: 'support',
          answers: ['答'],
          facts: '查',
          reasons: '理',
          legalBasis: ['法'],
        }),
      ),
    ).not.toBe('nothing');
    await fetch(`${machine.baseUrl}/petitions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await plain.token('receptionist')}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: `{"facts": "${marker}`,
    });
    for (const name of ['reception-desk', 'enquiry', 'casework', 'portal']) {
      await machine.control('fail', { function: name, times: 1 });
    }
    await desk.post('/petitions', registration()).catch(() => {});
    await plain
      .as('centre-handler')
      .get(`/petitions/${story.number}`)
      .catch(() => {});
    await change('centre-handler', 'support', { kind: 'counselling', account: '疏导情况' }).catch(() => {});
    const credentials = { number: story.number, queryCode: story.queryCode };
    await api
      .as()
      .post('/portal/petition', credentials)
      .catch(() => {});
    expect(JSON.stringify(await api.as().post('/portal/petition', credentials))).toContain(marker);
    await api
      .as()
      .post('/portal/withdrawal-requests', { ...credentials, reason: '不再反映' })
      .catch(() => {});
    await machine.control('retries', { milliseconds: 1 });
    await machine.control('fail', { function: 'dispatch', times: 20 });
    await desk.post('/petitions', registration());
    await machine.control('clock', { days: 20 });
    await machine.restart();
    const metrics = await machine.control('metrics');

    // What the workflows were told, and what they went through.
    const { sfn, stateMachines } = machine.endpoints;
    const executions = await Promise.all(
      Object.values(stateMachines).map(async (stateMachineArn) => {
        const listed = await call<{ executions: { executionArn: string }[] }>(sfn, 'AWSStepFunctions.ListExecutions', {
          stateMachineArn,
        });
        return Promise.all(
          listed.executions.map(({ executionArn }) =>
            call(sfn, 'AWSStepFunctions.DescribeExecution', { executionArn }),
          ),
        );
      }),
    );

    const places: readonly (readonly [string, Buffer])[] = [
      ...filesUnder(machine.folder).map((file) => [file, readFileSync(file)] as const),
      ['what the processes said', Buffer.from(machine.output())],
      ['the metrics', Buffer.from(JSON.stringify(metrics))],
      ['the executions', Buffer.from(JSON.stringify(executions))],
    ];
    expect(places.reduce((sum, [, content]) => sum + content.length, 0)).toBeGreaterThan(100_000);
    expect(places.map(([place, content]) => [place, foundIn(content)]).filter(([, found]) => found?.length)).toEqual(
      [],
    );
  });

  it('would have been found', () => {
    const file = join(machine.folder, 'planted');
    for (const text of [marker, ...numbers]) {
      const [plainly, utf16, , escaped] = forms(text);
      const base64 = Buffer.from(Buffer.from(`{"a":"${text}"}`).toString('base64'));
      const [, hex] = digests(text);
      for (const form of [plainly, utf16, escaped, base64, hex]) {
        writeFileSync(file, Buffer.concat([Buffer.from('...'), form ?? Buffer.alloc(0), Buffer.from('...')]));
        expect(foundIn(readFileSync(file)), String(form)).toContain(text);
      }
    }
  });
});

describe('erasure', () => {
  const order = '（2026）甘29行初1号';

  it('waits for its time, for an order, and for every legal hold', async () => {
    const overdue = { ground: 'retention-over', reason: '保存期限届满' };
    expect(await problemOf(change('triage', 'erasure-proposals', overdue))).toBe('rule-violated');
    expect(await problemOf(change('triage', 'erasure-proposals', { ground: 'ordered', reason: '没有文书' }))).toBe(
      'rule-violated',
    );
    await change('auditor', 'legal-holds', { authority: '人民法院', reason: '诉讼保全' });
    const ordered = { ground: 'ordered', order, reason: '裁定删除' };
    expect(await problemOf(change('triage', 'erasure-proposals', ordered))).toBe('legal-hold');
    await change('triage', 'legal-holds/1/lifting', { authority: '人民法院', reason: '诉讼终结' });
    await change('triage', 'erasure-proposals', ordered);
    // Placed after the proposal, it holds as well.
    await change('triage', 'legal-holds', { authority: '审计机关', reason: '审计' });
    expect(await problemOf(change('street-leader', 'erasure-decisions', { decision: 'approve' }))).toBe('legal-hold');
    await change('triage', 'legal-holds/2/lifting', { authority: '审计机关', reason: '审计结束' });
    expect(await problemOf(change('triage', 'erasure-decisions', { decision: 'approve' }))).not.toBe('nothing');
  });

  it('takes a second person, and afterwards no text of the record can be read, by anybody, ever', async () => {
    await change('street-leader', 'erasure-decisions', { decision: 'approve' });
    // Other processes forget the key within five minutes; this one is killed instead.
    await machine.restart();
    const view = await plain.as('centre-handler').get(`/petitions/${story.number}`);
    expect(view.registration.facts).toBe('已依法删除');
    expect(view.registration.petitioner.person.name).toBe('已依法删除');
    expect(view.keeping.erasedOn).toBeDefined();
    const history = await plain.as('auditor').get(`/petitions/${story.number}/history?limit=100`);
    for (const answer of [view, history]) expect(foundIn(Buffer.from(JSON.stringify(answer)))).toEqual([]);
    expect(history.items.at(-1)).toMatchObject({ type: 'PersonalDataErased', data: { order, proposedBy: 'triage' } });
    const own = await plain.as().post('/portal/petition', { number: story.number, queryCode: story.queryCode });
    expect(own.subject).toBe('已依法删除');
    // The visit at which it was told goes with it, by its own key.
    const day = await plain.as('receptionist').get(`/reception-sessions/${story.session}`);
    expect(day.visits[0]).toMatchObject({ visitor: '已依法删除', purpose: '已依法删除' });
    expect(foundIn(Buffer.from(JSON.stringify(day.visits[0])))).toEqual([]);
    const linked = await plain.as('triage').get(`/petitions/${story.number}/linked-records`);
    expect(linked.items).toEqual([{ kind: 'visit', id: story.session, item: 1, erasedOn: linked.erasedOn }]);
    expect((await reads()).find(({ what }: Answer) => what === 'disclosure')).toMatchObject({
      purpose: 'contact',
      explanation: '已依法删除',
    });
  });

  it('leaves the chain whole, the state equal, and nobody to be found by it', async () => {
    expect(await plain.as('auditor').get(`/petitions/${story.number}/replay`)).toMatchObject({
      chainWhole: true,
      stateEqual: true,
    });
    const { items } = await plain.as('receptionist').post('/petition-lookups', { identityNumber: numbers[0] });
    expect(items.map((item: Answer) => item.number)).not.toContain(story.number);
  });

  it('ends the file: nothing personal is added to it, and nothing is left to disclose', async () => {
    expect(await problemOf(change('centre-handler', 'support', { kind: 'counselling', account: '疏导' }))).toBe(
      'erased',
    );
    const path = `/petitions/${story.number}/disclosures`;
    expect(await problemOf(plain.as('triage').post(path, { purpose: 'contact', explanation: '电话联系' }))).toBe(
      'erased',
    );
    expect(await problemOf(change('street-leader', 'erasure-decisions', { decision: 'approve' }))).toBe('erased');
  });
});
