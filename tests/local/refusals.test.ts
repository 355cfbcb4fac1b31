import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, untilWaiting } from '../../local/api-client.ts';
import { readIdentities } from '../../local/identities.ts';
import { type Reply, type Sent, send } from '../support/http.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import {
  centre,
  discipline,
  historyOf,
  justice,
  land,
  receptionDay,
  registeredStory,
  registration,
  take,
  today,
  until,
  worklistOf,
} from '../support/story.ts';
import { mint } from '../support/tokens.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const at = (path: string) => `${machine.baseUrl}${path}`;
const as = async (identity: string, path: string, sent: Sent = {}): Promise<Reply> =>
  send(at(path), { token: await machine.api.token(identity), ...sent });
/** Sends a change at the version that stands. */
const change = async (identity: string, number: string, action: string, body: object = {}): Promise<Reply> => {
  const { version } = await machine.api.as('auditor').get(`/petitions/${number}/replay`);
  return as(identity, `/petitions/${number}/${action}`, { body, ifMatch: version });
};
const refusal = ({ status, code }: Reply) => [status, code];
const pointers = ({ body }: Reply) => body.errors?.map((one: Answer) => one.pointer ?? one.parameter);
const routing = { purpose: 'appeal', path: 6, category: '0201', disposition: 'own', competentUnit: centre };
const approval = { decision: 'approve' };
const proposal = { leadUnit: centre, assistingUnits: [land, justice], reason: '需部门共同办理。' };

/** Everything that the centre's officers have done today: whatever is written shows here. */
const factsOfToday = async (): Promise<Answer[]> => {
  const items: Answer[] = [];
  let cursor = '';
  do {
    const page = await machine.api
      .as('auditor')
      .get(`/history?unit=${centre}&from=${today()}&limit=100${cursor && `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.cursor ?? '';
  } while (cursor !== '');
  return items;
};

describe('a request without a valid token', () => {
  it('is refused on every route that is not public', async () => {
    const { paths } = (await send(at('/openapi.json'))).body;
    const open: string[] = [];
    for (const [path, operations] of Object.entries<Answer>(paths)) {
      for (const method of Object.keys(operations)) {
        const { status } = await send(at(path.replaceAll(/\{\w+\}/g, '1')), method === 'post' ? { body: {} } : {});
        if (status !== 401) open.push(`${method} ${path}`);
      }
    }
    expect(open.sort()).toEqual([
      'get /health',
      'get /openapi.json',
      // What a village publishes.
      'get /public/assemblies',
      'get /public/assemblies/{assembly}',
      'get /public/assemblies/{assembly}/disclosures/{disclosure}',
      'get /public/centres',
      // Where and when leaders receive (Art. 18).
      'get /public/reception-days',
      'get /public/reception-days/{id}',
      // With number and query code, which nobody else has.
      'post /portal/booking',
      'post /portal/booking-moves',
      'post /portal/booking-withdrawals',
      'post /portal/escalations',
      'post /portal/evidence',
      'post /portal/evidence-downloads',
      'post /portal/evidence-list',
      'post /portal/evidence-withdrawals',
      'post /portal/notices',
      'post /portal/notices/{id}',
      'post /portal/petition',
      'post /portal/ratings',
      'post /portal/recusal-proposals',
      'post /portal/review-declinations',
      'post /portal/review-requests',
      'post /portal/withdrawal-requests',
      'post /portal/withdrawal-retractions',
      'post /public/reception-days/{id}/bookings',
    ]);
  });

  it.each([
    ['expired', { lifetime: -10 }],
    ['for another audience', { audience: 'another-api' }],
    ['of another issuer', { issuer: 'https://example.com/oidc' }],
  ])('is refused when the token is %s', async (_, claims) => {
    expect((await send(at('/me'), { token: await mint(machine) })).status).toBe(200);
    expect((await send(at('/me'), { token: await mint(machine, claims) })).status).toBe(401);
  });

  it('is refused when the token names no unit, or a unit that is not there', async () => {
    expect((await send(at('/me'), { token: await mint(machine, { unit: '' }) })).status).toBe(401);
    const token = await mint(machine, { unit: '999999' });
    expect(refusal(await send(at('/petitions'), { token, body: registration() }))).toEqual([403, 'not-your-unit']);
  });
});

describe('bad input', () => {
  const long = '长'.repeat(10_001);
  const person = { name: '孙某' };
  const joint = (representatives: number, headcount: number) => ({
    petitioner: { form: 'joint', representatives: Array.from({ length: representatives }, () => person), headcount },
  });

  it.each<[string, unknown, number, string, (string | undefined)[] | undefined]>([
    ['malformed JSON', '{"channel":', 400, 'invalid-request', ['']],
    ['no object', '[]', 400, 'invalid-request', ['']],
    ['nothing', '', 400, 'invalid-request', ['']],
    ['unknown fields', registration({ urgent: true, 'a/b': 1 }), 400, 'invalid-request', ['/urgent', '/a~1b']],
    ['a field of Object', '{"__proto__":{"x":1},"channel":"visit"}', 400, 'invalid-request', undefined],
    ['over-long text', registration({ facts: long }), 400, 'invalid-request', ['/facts']],
    ['blank text', registration({ subject: '  ' }), 400, 'invalid-request', ['/subject']],
    ['half a character', registration({ facts: '\ud800' }), 400, 'invalid-request', ['/facts']],
    ['a wrong enum', registration({ channel: 'pigeon' }), 400, 'invalid-request', ['/channel']],
    ['an impossible date', registration({ receivedOn: '2026-02-30' }), 400, 'invalid-request', ['/receivedOn']],
    ['a date to come', registration({ receivedOn: '2199-01-01' }), 422, 'rule-violated', ['/receivedOn']],
    [
      'a sixth representative',
      registration(joint(6, 9)),
      422,
      'too-many-representatives',
      ['/petitioner/representatives/5'],
    ],
    ['fewer heads than representatives', registration(joint(3, 2)), 422, 'rule-violated', ['/petitioner/headcount']],
    [
      'a headcount that is no number',
      registration(joint(3, Number.NaN)),
      400,
      'invalid-request',
      ['/petitioner/headcount'],
    ],
    ['no requests', registration({ requests: [] }), 400, 'invalid-request', ['/requests']],
    ['a body over the limit', registration({ facts: 'x'.repeat(300_000) }), 413, 'payload-too-large', undefined],
  ])('%s is refused with a pointer, and nothing is written', async (_, body, status, code, expected) => {
    const before = (await factsOfToday()).length;
    const reply = await as('receptionist', '/petitions', { body });
    expect(refusal(reply)).toEqual([status, code]);
    if (expected) expect(pointers(reply)).toEqual(expected);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect((await factsOfToday()).length).toBe(before);
  });

  it('keeps up to five representatives and the full headcount', async () => {
    const { number } = await machine.api.as('receptionist').post('/petitions', registration(joint(5, 37)));
    const { registration: kept } = await machine.api.as('receptionist').get(`/petitions/${number}`);
    expect(kept.petitioner).toMatchObject({
      headcount: 37,
      representatives: [1, 2, 3, 4, 5].map(() => ({ name: '孙**' })),
    });
  });

  it('another media type is refused', async () => {
    const reply = await as('receptionist', '/petitions', { body: '{}', headers: { 'content-type': 'text/plain' } });
    expect(refusal(reply)).toEqual([415, 'unsupported-media-type']);
  });

  it('to an existing petition leaves its history as it was', async () => {
    const { number } = await registeredStory(machine.api);
    await untilWaiting(machine.api.as('triage'), number, 'triage');
    for (const [body, status, code, expected] of [
      [{ ...routing, competentUnit: '999999' }, 422, 'unknown-unit', ['/competentUnit']],
      [{ ...routing, competentUnit: 'a b' }, 400, 'invalid-request', ['/competentUnit']],
      [{ ...routing, category: '9999' }, 422, 'unknown-category', ['/category']],
      [{ ...routing, path: 7 }, 400, 'invalid-request', ['/path']],
      [{ ...routing, purpose: 'appeal', path: undefined }, 422, 'rule-violated', ['/path']],
      [{ ...routing, purpose: 'accusation', path: undefined }, 422, 'rule-violated', ['/competentUnit']],
    ] as const) {
      const reply = await change('triage', number, 'routing', body);
      expect([...refusal(reply), pointers(reply)]).toEqual([status, code, expected]);
    }
    const path = `/petitions/${number}/routing`;
    for (const [sent, status, code, parameter] of [
      [{ headers: { 'idempotency-key': 'short' } }, 400, 'invalid-request', 'Idempotency-Key'],
      [{}, 428, 'precondition-required', 'If-Match'],
      [{ headers: { 'if-match': '*' } }, 400, 'invalid-request', 'If-Match'],
    ] as const) {
      const reply = await as('triage', path, { body: routing, ...sent });
      expect([...refusal(reply), pointers(reply)]).toEqual([status, code, [parameter]]);
    }
    const keyless = await fetch(at(path), {
      method: 'POST',
      headers: { authorization: `Bearer ${await machine.api.token('triage')}`, 'content-type': 'application/json' },
      body: JSON.stringify(routing),
    });
    expect([keyless.status, await keyless.json()]).toMatchObject([400, { type: /idempotency-key-required/ }]);
    expect(await historyOf(machine.api, number)).toHaveLength(1);
  });

  it.each([
    ['an address that is too long', `/petitions/${'9'.repeat(3000)}`, 404],
    ['an address that is no text', '/petitions/%E0%A4%A', 404],
    ['an address with a # in it', '/petitions/622901007%23HEAD', 404],
    ['a cursor of nowhere', '/worklist?cursor=eyJ4IjoxfQ', 400],
    ['a cursor that is none', `/history?unit=${centre}&from=2026-01-01&cursor=x`, 400],
    ['no limit at all', '/worklist?limit=0', 400],
    ['a day that never was', `/history?unit=${centre}&from=2026-13-01`, 400],
    ['an unknown parameter', '/worklist?sort=due', 400],
  ])('%s answers %s with %d', async (_, path, status) => {
    expect((await as('auditor', path)).status).toBe(status);
  });
});

describe('an Idempotency-Key', () => {
  it('repeated with the same body gives the same answer, query code and all', async () => {
    const sent = { body: registration(), key: randomUUID() };
    const first = await as('receptionist', '/petitions', sent);
    const again = await as('receptionist', '/petitions', sent);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(first.body.queryCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await historyOf(machine.api, first.body.number)).toHaveLength(1);
  });

  it('repeated with a different body, or on another route, is refused', async () => {
    const key = randomUUID();
    const { number } = (await as('receptionist', '/petitions', { body: registration(), key })).body;
    const before = (await factsOfToday()).length;
    const other = await as('receptionist', '/petitions', { body: registration({ subject: '另一事项' }), key });
    expect(refusal(other)).toEqual([422, 'idempotency-key-reused']);
    const amendment = { body: { changes: { subject: '更正' }, reason: '笔误' }, key, ifMatch: 1 };
    const elsewhere = await as('receptionist', `/petitions/${number}/amendments`, amendment);
    expect(refusal(elsewhere)).toEqual([422, 'idempotency-key-reused']);
    expect((await factsOfToday()).length).toBe(before);
  });

  it('of somebody else is another key', async () => {
    const key = randomUUID();
    const mine = await as('receptionist', '/petitions', { body: registration(), key });
    const theirs = await as('city-receptionist', '/petitions', { body: registration(), key });
    expect(theirs.status).toBe(201);
    expect(theirs.body.number).not.toBe(mine.body.number);
  });
});

describe('whose turn it is not', () => {
  it('is told so: role, unit, step, decided, version', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    expect(refusal(await change('receptionist', number, 'routing', routing))).toEqual([403, 'not-your-role']);
    expect(refusal(await change('city-triage', number, 'routing', routing))).toEqual([403, 'not-your-unit']);
    expect(refusal(await change('centre-handler', number, 'acceptance'))).toEqual([409, 'not-the-step']);
    await take(story, 'route');
    expect(refusal(await change('triage', number, 'routing', routing))).toEqual([409, 'already-decided']);
    expect(refusal(await change('land-handler', number, 'acceptance'))).toEqual([403, 'not-your-unit']);
    expect(refusal(await change('street-leader', number, 'acceptance'))).toEqual([403, 'not-your-role']);
    const stale = await as('centre-handler', `/petitions/${number}/acceptance`, { body: {}, ifMatch: 1 });
    expect([...refusal(stale), stale.body.currentVersion]).toEqual([412, 'stale-version', 2]);
    await take(story, 'accept');
    expect(refusal(await change('centre-handler', number, 'acceptance'))).toEqual([409, 'already-decided']);
    expect(refusal(await change('street-leader', number, 'assignment-decisions', approval))).toEqual([
      409,
      'not-the-step',
    ]);
    await take(story, 'propose');
    expect(refusal(await change('land-leader', number, 'assignment-decisions', approval))).toEqual([
      403,
      'not-your-unit',
    ]);
    expect(await historyOf(machine.api, number)).toHaveLength(4);
  });

  it('is told so: a unit cannot act on another unit’s leg', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    await take(story, ...until('approve'));
    const { length } = await historyOf(machine.api, number);
    for (const action of [`legs/${justice}/acknowledgement`, `legs/${centre}/acknowledgement`])
      expect(refusal(await change('land-handler', number, action))).toEqual([403, 'not-your-unit']);
    const report = { officer: 'land-handler' };
    expect(refusal(await change('land-handler', number, `legs/${justice}/report-in`, report))).toEqual([
      403,
      'not-your-unit',
    ]);
    expect(refusal(await change('land-handler', number, `legs/${land}/report-in`, report))).toEqual([
      409,
      'not-the-step',
    ]);
    expect(await historyOf(machine.api, number)).toHaveLength(length);
    await take(
      story,
      ...until('serve-opinion')
        .slice(until('approve').length)
        .filter((id) => id.startsWith('report-in')),
    );
    const outcome = { outcome: '情况属实。' };
    await untilWaiting(machine.api.as('land-handler'), number, 'outcome');
    expect(refusal(await change('land-handler', number, `legs/${justice}/outcome`, outcome))).toEqual([
      403,
      'not-your-unit',
    ]);
    expect((await change('land-handler', number, `legs/${land}/outcome`, outcome)).status).toBe(200);
    expect(refusal(await change('land-handler', number, `legs/${land}/outcome`, outcome))).toEqual([
      409,
      'already-decided',
    ]);
  });

  it('is told so: an auditor cannot write, an operator cannot read', async () => {
    const { number } = await registeredStory(machine.api);
    for (const [action, body] of Object.entries({
      amendments: { changes: { subject: '更正' }, reason: '笔误' },
      routing,
      acceptance: {},
      'assignment-proposals': proposal,
      'assignment-decisions': approval,
      'closing-decisions': { decision: 'confirm' },
      resolutions: { evidence: 'return-visit', account: '回访' },
    }))
      expect(refusal(await change('auditor', number, action, body))).toEqual([403, 'not-your-role']);
    for (const [path, body] of Object.entries({
      '/petitions': registration(),
      '/petition-lookups': { phone: '13900000002' },
      '/operations/reconciliations': {},
    }))
      expect(refusal(await as('auditor', path, { body }))).toEqual([403, 'not-your-role']);
    for (const path of ['', '/history', '/replay'])
      expect(refusal(await as('operator', `/petitions/${number}${path}`))).toEqual([403, 'not-your-role']);
    const exported = { scope: { kind: 'petition', petition: number }, purpose: 'audit' };
    for (const who of ['operator', 'receptionist'])
      expect(refusal(await as(who, '/history-exports', { body: exported }))).toEqual([403, 'not-your-role']);
    expect(await historyOf(machine.api, number)).toHaveLength(1);
  });
});

describe('two persons', () => {
  const leadership = '622901007';

  it('whoever proposes an assignment can neither see it to decide nor decide it, whatever roles he has', async () => {
    const { number } = await registeredStory(machine.api);
    const token = await mint(machine, { sub: 'both', unit: leadership, roles: 'handler leader' });
    const both = async (action: string, body: object): Promise<Reply> => {
      const { version } = await machine.api.as('auditor').get(`/petitions/${number}/replay`);
      return send(at(`/petitions/${number}/${action}`), { token, body, ifMatch: version });
    };
    const forwarded = { ...routing, disposition: 'forward', competentUnit: leadership };
    expect((await change('triage', number, 'routing', forwarded)).status).toBe(200);
    expect((await both('acceptance', {})).status).toBe(200);
    expect((await both('assignment-proposals', { ...proposal, leadUnit: leadership })).status).toBe(200);
    await untilWaiting(machine.api.as('street-leader'), number, 'approve');
    const mine = async (): Promise<Answer[]> =>
      (await send(at('/worklist?limit=100'), { token })).body.items.filter((item: Answer) => item.number === number);
    // As the handler of his unit he owes the notice of acceptance, and nothing else.
    const owed = [['task', 'serve-notice']];
    expect((await mine()).map((item) => [item.stage, item.step])).toEqual(owed);
    for (const decision of [approval, { decision: 'return', reason: '重新考虑' }])
      expect(refusal(await both('assignment-decisions', decision))).toEqual([403, 'own-proposal']);
    // The recusal of somebody else does not show it to him after all.
    expect((await change('triage', number, 'recusals', { officer: 'street-leader', interest: '亲属' })).status).toBe(
      200,
    );
    expect((await mine()).map((item) => [item.stage, item.step])).toEqual(owed);
    expect((await change('street-leader-2', number, 'assignment-decisions', approval)).status).toBe(200);
  });

  it('whoever asks for the closing cannot confirm it', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    await take(story, ...until('decline-review'));
    await untilWaiting(machine.api.as('centre-handler'), number, 'request-closing');
    const token = await mint(machine, { sub: 'both', roles: 'handler petition-officer' });
    const { version } = await machine.api.as('auditor').get(`/petitions/${number}/replay`);
    const path = at(`/petitions/${number}`);
    const asked = await send(`${path}/closing-requests`, { token, body: { summary: '办结' }, ifMatch: version });
    expect(asked.status).toBe(200);
    await untilWaiting(machine.api.as('triage'), number, 'confirm-closing');
    const confirm = { decision: 'confirm' };
    const own = await send(`${path}/closing-decisions`, { token, body: confirm, ifMatch: version + 1 });
    expect(refusal(own)).toEqual([403, 'own-proposal']);
    expect((await change('triage', number, 'closing-decisions', confirm)).status).toBe(200);
  });
});

describe('a recused leader', () => {
  const recusal = { officer: 'street-leader', interest: '与开发商有亲属关系' };
  const sees = async (identity: string, number: string): Promise<boolean> =>
    (await worklistOf(machine.api, identity)).some((item) => item.number === number);
  const isKeptOut = async (number: string): Promise<void> => {
    expect(await sees('street-leader', number)).toBe(false);
    expect(await sees('street-leader-2', number)).toBe(true);
    expect(refusal(await as('street-leader', `/petitions/${number}`))).toEqual([403, 'recused']);
    expect(refusal(await change('street-leader', number, 'assignment-decisions', approval))).toEqual([403, 'recused']);
    expect((await historyOf(machine.api, number)).at(-1)?.type).not.toBe('AssignmentApproved');
    expect((await change('street-leader-2', number, 'assignment-decisions', approval)).status).toBe(200);
  };

  it('declared before the item is there, sees nothing and decides nothing', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    await take(story, 'route', 'accept');
    expect((await change('triage', number, 'recusals', recusal)).status).toBe(200);
    const sponsored = await change('centre-handler', number, 'sponsor-proposals', {
      sponsor: 'street-leader',
      ground: 'prominent',
      reason: '突出问题。',
    });
    expect([...refusal(sponsored), pointers(sponsored)]).toEqual([403, 'recused', ['/sponsor']]);
    expect((await change('centre-handler', number, 'assignment-proposals', proposal)).status).toBe(200);
    await untilWaiting(machine.api.as('street-leader-2'), number, 'approve');
    await isKeptOut(number);
  });

  it('declared while the item waits, loses it at once', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    await take(story, ...until('propose'));
    await untilWaiting(machine.api.as('street-leader'), number, 'approve');
    expect((await change('triage', number, 'recusals', recusal)).status).toBe(200);
    await isKeptOut(number);
  });

  it('gives no instruction on a visit that led to the petition', async () => {
    const desk = machine.api.as('receptionist');
    const { number: session } = await desk.post('/reception-sessions', receptionDay());
    await desk.changeSession(session, 'visits', { visitor: '钱某', purpose: '土地', persons: 1 });
    await desk.changeSession(session, 'visits/1/check-in', { arrived: true });
    const { number } = await registeredStory(machine.api, { visit: { session, visit: 1 } });
    await desk.changeSession(session, 'visits/1/record', { account: '口述', petition: number });
    expect((await change('triage', number, 'recusals', recusal)).status).toBe(200);
    const { version } = await desk.get(`/reception-sessions/${session}`);
    const reply = await as('street-leader', `/reception-sessions/${session}/visits/1/instruction`, {
      body: { instruction: '不予受理', solvedOnTheSpot: true },
      ifMatch: version,
    });
    expect(refusal(reply)).toEqual([403, 'recused']);
    expect(await historyOf(machine.api, number)).toHaveLength(2);
  });
});

describe('an accusation handed to the discipline organ', () => {
  const identityNumber = '622901196605050055';
  let number: string;
  let queryCode: string;
  let session: string;
  const nowhere = '622901007-20200101-ABCDEF';

  beforeAll(async () => {
    const desk = machine.api.as('receptionist');
    ({ number: session } = await desk.post('/reception-sessions', {
      leader: 'street-leader-2',
      leaderName: '街道领导乙',
      post: '副主任',
      portfolio: '民政',
      mode: '定点接访',
      place: '接访室',
      date: today(),
      from: '09:00',
      to: '23:59',
    }));
    await desk.changeSession(session, 'visits', { visitor: '周某', purpose: '反映情况', persons: 1 });
    await desk.changeSession(session, 'visits/1/check-in', { arrived: true });
    const accusation = registration({
      petitioner: { form: 'individual', person: { name: '周某', identityNumber } },
      subject: '反映某村干部侵占补贴',
      visit: { session, visit: 1 },
    });
    ({ number, queryCode } = await desk.post('/petitions', accusation));
    await desk.changeSession(session, 'visits/1/record', { account: '控告某村干部侵占补贴款', petition: number });
    const { items } = await desk.post('/petition-lookups', { identityNumber });
    expect(items.map((item: Answer) => item.number)).toEqual([number]);
    await untilWaiting(machine.api.as('triage'), number, 'triage');
    const sealed = await change('triage', number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'hand-over',
      competentUnit: discipline,
    });
    expect(sealed.status).toBe(200);
  });

  it('leaves no trace in what the unit did on that day, not even a gap', async () => {
    const items = await factsOfToday();
    const text = JSON.stringify(items);
    expect([text.includes(number), text.includes('侵占补贴')]).toEqual([false, false]);
    // Page by page: each holds what was asked for, so nobody can count what is missing.
    const pages: Answer[] = [];
    let cursor = '';
    do {
      const page = await machine.api
        .as('auditor')
        .get(`/history?unit=${centre}&from=${today()}&limit=7${cursor && `&cursor=${cursor}`}`);
      pages.push(page);
      cursor = page.cursor ?? '';
      expect(Buffer.from(cursor, 'base64url').toString()).not.toContain(number);
    } while (cursor !== '');
    expect(pages.slice(0, -1).every((page) => page.items.length === 7)).toBe(true);
    expect(pages.at(-1).items.length).toBeGreaterThan(0);
    expect(pages.flatMap((page) => page.items)).toEqual(items);
    // Nor does a full last page promise one more.
    const all = `/history?unit=${centre}&from=${today()}&limit=${String(items.length)}`;
    expect((await as('auditor', all)).body).toEqual({ items });
    // The visit in which it was told is gone as well; the reception day itself was public.
    expect(items.filter(({ stream }) => stream === `S#${session}`).map(({ type }) => type)).toEqual([
      'SessionPublished',
    ]);
  });

  it('can be read by that organ', async () => {
    expect((await as('discipline', `/petitions/${number}`)).body).toMatchObject({ number, status: 'sealed' });
  });

  it('is for everybody else as if it had never been, the one who registered it included', async () => {
    for (const { id } of readIdentities()) {
      if (id === 'discipline') continue;
      for (const view of ['', '/history', '/replay']) {
        const reply = await as(id, `/petitions/${number}${view}`);
        const never = await as(id, `/petitions/${nowhere}${view}`);
        expect([id, view, reply.status, reply.body]).toEqual([id, view, 404, never.body]);
      }
      const taking = (petition: string) =>
        as(id, '/history-exports', { body: { scope: { kind: 'petition', petition }, purpose: 'audit' } });
      const [reply, never] = [await taking(number), await taking(nowhere)];
      expect([id, reply.status, reply.body]).toEqual([id, 404, never.body]);
      expect((await worklistOf(machine.api, id)).filter((item) => item.number === number)).toEqual([]);
    }
  });

  it('can be changed by nobody else', async () => {
    for (const [identity, action, body] of [
      ['receptionist', 'amendments', { changes: { subject: '更正' }, reason: '笔误' }],
      ['triage', 'routing', routing],
      ['triage', 'recusals', { officer: 'triage', interest: '无' }],
      ['street-leader', 'resolutions', { evidence: 'return-visit', account: '回访' }],
    ] as const) {
      const sent = { body, ifMatch: 2 };
      const reply = await as(identity, `/petitions/${number}/${action}`, sent);
      expect([identity, ...refusal(reply)]).toEqual([identity, 404, 'not-found']);
    }
  });

  it('is found by no look-up and linked to by no petition', async () => {
    for (const identity of ['receptionist', 'triage', 'city-receptionist'])
      expect((await as(identity, '/petition-lookups', { body: { identityNumber } })).body).toEqual({ items: [] });
    const other = await registeredStory(machine.api);
    const link = (earlier: string) =>
      change('receptionist', other.number, 'repeat-links', { earlier, reason: '同一人' });
    const [real, never] = [await link(number), await link(nowhere)];
    expect(refusal(real)).toEqual(refusal(never));
    expect(real.body.detail.replace(number, nowhere)).toBe(never.body.detail);
  });

  it('does not show on the reception day from which it came', async () => {
    for (const identity of ['receptionist', 'street-leader-2', 'triage']) {
      const day = (await as(identity, `/reception-sessions/${session}`)).body;
      expect(JSON.stringify(day)).not.toContain(number);
    }
  });

  it('shows the petitioner that it was handed over, and no progress', async () => {
    const seen = (await send(at('/portal/petition'), { body: { number, queryCode } })).body;
    expect(seen).toEqual({
      number,
      receivedOn: today(),
      registeredBy: expect.any(String),
      subject: '反映某村干部侵占补贴',
      status: 'handed-over',
      sealed: true,
      milestones: [],
      actions: [],
    });
  });
});

describe('the petitioner’s page', () => {
  it('answers a wrong code and a wrong number alike', async () => {
    const { number, queryCode } = await registeredStory(machine.api);
    for (const [path, more] of [
      ['petition', {}],
      ['notices', {}],
      ['notices/receipt-1', {}],
      ['withdrawal-requests', { reason: '不再需要' }],
      ['withdrawal-retractions', {}],
      ['ratings', { petitionOffice: 'satisfied', organ: 'satisfied' }],
      ['review-declinations', {}],
      ['review-requests', { grounds: '不服' }],
    ] as const) {
      const ask = (credentials: object) => send(at(`/portal/${path}`), { body: { ...credentials, ...more } });
      // Another petition each time: attempts are counted.
      const other = await registeredStory(machine.api);
      const wrongCode = other.queryCode?.replace(/.$/, (last) => (last === '0' ? '1' : '0')) ?? '';
      const code = await ask({ number: other.number, queryCode: wrongCode });
      const wrongNumber = await ask({
        number: other.number.replace(/.$/, (last) => (last === 'Z' ? 'Y' : 'Z')),
        queryCode,
      });
      expect(code.status).toBe(404);
      expect([wrongNumber.status, wrongNumber.body]).toEqual([404, code.body]);
    }
    const typed = `${queryCode?.slice(0, 4).toLowerCase()}-${queryCode?.slice(4)}`;
    expect((await send(at('/portal/petition'), { body: { number, queryCode: typed } })).status).toBe(200);
    const early = { number, queryCode, petitionOffice: 'satisfied', organ: 'satisfied' };
    expect(refusal(await send(at('/portal/ratings'), { body: early }))).toEqual([409, 'not-the-step']);
    expect(await historyOf(machine.api, number)).toHaveLength(1);
  });
});

describe('a mediation', () => {
  it('that one side refuses ends, and the matter goes on to opinion and closing', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    const reportedIn = until('outcome-land').slice(0, -1);
    await take(story, ...reportedIn, 'propose-mediation');
    const mediator = machine.api.as('mediator');
    await untilWaiting(mediator, number, 'consent');
    const said = { party: 'developer', consents: false, statement: '不同意调解' };
    expect((await mediator.change(number, 'mediation-consents', said)).events).toEqual(['MediationEnded']);
    expect((await worklistOf(machine.api, 'mediator')).filter((item) => item.number === number)).toEqual([]);
    for (const action of ['mediation-consents', 'mediation-endings']) {
      const body = action === 'mediation-consents' ? said : { reason: '再次' };
      expect(refusal(await change('mediator', number, action, body))).toEqual([409, 'not-the-step']);
    }
    await take(story, ...until('confirm-closing').slice(reportedIn.length));
    const { status, mediations, concludedOn, resolvedOn } = await machine.api.as('triage').get(`/petitions/${number}`);
    expect({ status, concludedOn, ended: mediations[0].ended }).toEqual({
      status: 'concluded',
      concludedOn: today(),
      ended: 'refused',
    });
    // Concluded is not resolved, and no agreement shows the dispute to be.
    expect(resolvedOn).toBeUndefined();
    const resolution = { evidence: 'agreement-performed', account: '回访' };
    expect(refusal(await change('street-leader-2', number, 'resolutions', resolution))).toEqual([422, 'rule-violated']);
  });

  it('cannot bring an agreement that bars from suing or petitioning', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    await take(story, ...until('outcome-land').slice(0, -1), 'propose-mediation');
    await machine.api
      .as('mediator')
      .change(number, 'mediation-consents', { party: 'zhao', consents: true, statement: '同意' });
    await machine.api
      .as('mediator')
      .change(number, 'mediation-consents', { party: 'developer', consents: true, statement: '同意' });
    await take(story, 'session');
    await untilWaiting(machine.api.as('mediator'), number, 'sign');
    const { length } = await historyOf(machine.api, number);
    const pay = { id: 'pay', party: 'developer', what: '支付补偿差额', due: today() };
    const draft = {
      facts: '补偿标准有争议。',
      responsibility: '支付差额。',
      terms: '一次性支付。',
      obligations: [pay],
    };
    for (const [part, expected] of [
      [{ terms: '领取补偿款后息访罢诉。' }, '/terms'],
      [{ terms: '甲方承诺不再信访、不再起诉。' }, '/terms'],
      [{ responsibility: '甲方放弃诉讼权利。' }, '/responsibility'],
      [{ obligations: [pay, { ...pay, id: 'silence', party: 'zhao', what: '不得上访' }] }, '/obligations/1/what'],
    ] as const) {
      const reply = await change('mediator', number, 'agreements', { ...draft, ...part });
      expect([...refusal(reply), pointers(reply)]).toEqual([422, 'agreement-bars-remedies', [expected]]);
    }
    expect(await historyOf(machine.api, number)).toHaveLength(length);
    expect((await change('mediator', number, 'agreements', draft)).status).toBe(200);
  });
});
