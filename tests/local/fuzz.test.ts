import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../domain/access/roles.ts';
import { isDay } from '../../domain/calendar/calendar.ts';
import { maximumBodyBytes } from '../../functions/shared/json-body.ts';
import { ApiClient, changeAt } from '../../local/api-client.ts';
import { readIdentities } from '../../local/identities.ts';
import { type Fuzzed, type Known, requestsOf } from '../support/fuzzed-requests.ts';
import type { OpenApi, Operation, Schema } from '../support/json-schema.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { centre, discipline, land, newStory, registration, stepOf, today } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/** How many requests; by hand tens of thousands. */
const count = Number(process.env.FUZZ_REQUESTS ?? 4_000);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** Requests on their way at once. */
const lanes = 12;

/** In what was registered beforehand; whoever is refused learns none of it. */
const markers = ['标记姓名', '13911112222', '622901196001019999', '标记地址', '标记事实', '标记请求'];

const knownCodes = new Set(
  [...readFileSync(join(import.meta.dirname, '../../docs/problems.md'), 'utf8').matchAll(/^### ([a-z-]+)$/gm)].map(
    ([, code]) => code,
  ),
);

let machine: Machine;
let document: OpenApi;
let known: Known;

beforeAll(async () => {
  machine = await startMachine();
  document = (await (await fetch(`${machine.baseUrl}/openapi.json`)).json()) as OpenApi;
  known = await populate(machine);
});
afterAll(async () => {
  await machine.remove();
});

/** Petitions on their way, one of them sealed, and a reception day. */
const populate = async ({ api, baseUrl, folder }: Machine): Promise<Known> => {
  const marked = (changes: object = {}) =>
    registration({
      petitioner: {
        form: 'individual',
        person: { name: '标记姓名', identityNumber: '622901196001019999', phone: '13911112222', address: '标记地址' },
      },
      facts: '标记事实：补偿款与公告标准不一致。',
      requests: ['标记请求一', '标记请求二'],
      ...changes,
    });
  const petitions: { number: string; queryCode: string }[] = [];
  const session = newStory(api);
  await stepOf('publish-session').run(session);
  const ways: readonly (readonly string[])[] = [
    [],
    [],
    ['route'],
    ['route', 'accept'],
    ['route', 'accept', 'propose', 'approve', `report-in-${centre}`],
    [
      'route',
      'accept',
      'propose',
      'approve',
      `report-in-${centre}`,
      `report-in-${land}`,
      'report-in-622901-sfj',
      'outcome-land',
      'outcome-justice',
      'draft-opinion',
      'approve-opinion',
    ],
  ];
  await Promise.all(
    ways.map(async (steps) => {
      const { number, queryCode } = await api.as('receptionist').post('/petitions', marked());
      petitions.push({ number, queryCode });
      const story = { ...newStory(api), number, queryCode };
      for (const step of steps) await stepOf(step).run(story);
    }),
  );
  const sealed = await api.as('receptionist').post('/petitions', marked({ subject: '反映作风问题' }));
  petitions.push(sealed);
  await api.as('triage').change(sealed.number, 'routing', {
    purpose: 'accusation',
    category: '11',
    disposition: 'forward',
    competentUnit: discipline,
  });
  const identities = readIdentities();
  const tokens: Record<string, string> = {};
  for (const { id } of identities) tokens[id] = await api.token(id);
  for (const role of [...roles, 'dictator'])
    for (const unit of [centre, land, '622901', village, 'no-such-unit'])
      tokens[`${role}@${unit}`] = await mint({ folder, baseUrl }, { sub: `fuzz-${role}`, unit, roles: role });
  Object.assign(tokens, {
    none: '',
    nonsense: 'nonsense',
    expired: await mint({ folder, baseUrl }, { lifetime: -60 }),
    'of another issuer': await mint({ folder, baseUrl }, { issuer: 'https://elsewhere.example' }),
    'for another audience': await mint({ folder, baseUrl }, { audience: 'elsewhere' }),
    'of nobody': await mint({ folder, baseUrl }, { sub: '' }),
    'of an impossible officer': await mint({ folder, baseUrl }, { sub: `a#b\u0000${'c'.repeat(3000)}` }),
    'of an impossible unit': await mint({ folder, baseUrl }, { unit: `u#${'v'.repeat(3000)}` }),
  });
  const units = (await api.as('triage').get('/units')).items.map(({ id }: { id: string }) => id);
  const categories = (await api.as('triage').get('/categories')).items.map(({ code }: { code: string }) => code);
  const { items } = await api.as('triage').get(`/petitions/${petitions[2]?.number}/notices`);
  return {
    petitions,
    others: await populateVillage(api),
    sessions: session.session === undefined ? [] : [session.session],
    notices: items.map(({ id }: { id: string }) => id),
    units,
    categories,
    officers: identities.map(({ id }) => id),
    tokens,
    today: today(),
  };
};

/** A village's grid with a need, its assembly with a question, and an export that has begun. */
const populateVillage = async (api: ApiClient): Promise<Known['others']> => {
  const officer = api.as('village-officer');
  const grid = 'FUZZ-01';
  await officer.post('/grids', { code: grid, name: '第一网格', boundary: { description: '全村' }, validFrom: today() });
  await changeAt(officer, `/grids/${grid}`, 'appointments', {
    officer: 'village-worker',
    post: '专职网格员',
    from: today(),
  });
  const need = await api
    .as('village-worker')
    .post('/needs', { grid, domain: '城管', need: '路灯损坏', count: 3, location: '一社' });
  const assembly = await officer.post('/assemblies', {
    date: today(),
    from: '09:00',
    place: '广场',
    themes: ['时事政策'],
    message: '请参加。',
  });
  await officer.post(`/assemblies/${assembly.number}/questions`, { theme: '时事政策', question: '何时修路？' });
  const begun = await api.as('auditor').post('/history-exports', {
    scope: { kind: 'unit', unit: centre, from: today(), to: today() },
    purpose: 'audit',
  });
  return { grid: [grid], need: [need.number], assembly: [assembly.number], export: [begun.export] };
};

const village = '622923-cbxc';

const broken = new Set(['none', 'nonsense', 'expired', 'of another issuer', 'for another audience']);
const unusable = new Set([...broken, 'of nobody', 'of an impossible officer', 'of an impossible unit']);

/** What a schema says, compiled once. */
const ajv = new Ajv2020({
  strict: false,
  unicodeRegExp: true,
  formats: { date: isDay, 'date-time': (at: string) => isDay(at.slice(0, 10)) },
});
const compiled = new Map<Schema, ValidateFunction>();
const fits = (schema: Schema, value: unknown): boolean => {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  return validate(value);
};
const complaint = (schema: Schema): string => ajv.errorsText(compiled.get(schema)?.errors);

/** Whether the description allows this request. */
const allowed = ({ operation, body, params, query, broken: twist }: Fuzzed): boolean => {
  if (twist !== undefined) return false;
  const schema = operation.requestBody?.content['application/json'].schema;
  if (schema) {
    if (body === undefined || Buffer.byteLength(body) > maximumBodyBytes) return false;
    try {
      if (!fits(schema, JSON.parse(body))) return false;
    } catch {
      return false;
    }
  }
  const given: Readonly<Record<string, Readonly<Record<string, string>>>> = { path: params, query };
  const described = operation.parameters.filter((one) => one.in !== 'header');
  if (
    described.some((one) => one.in === 'query') &&
    Object.keys(query).some((name) => !described.some((one) => one.in === 'query' && one.name === name))
  )
    return false;
  return described.every(({ name, in: where, required, schema: one }) => {
    const value = given[where]?.[name];
    return value === undefined ? !required : fits(one, value);
  });
};

interface Seen {
  readonly request: Fuzzed;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const versions = new Map<string, string>();
/** What the request is about: the first thing that its address names. */
const resourceOf = ({ params }: Fuzzed): string => Object.values(params)[0] ?? '';

/** Who got past the policy with what: half of the requests are sent as one of them, so that they reach the rules. */
const welcome = new Map<string, string[]>();
const asWelcome = (request: Fuzzed, sent: number): Fuzzed => {
  const callers = welcome.get(request.key) ?? [];
  return request.kind === 'garbage' || callers.length === 0 || sent % 2 === 0
    ? request
    : { ...request, caller: callers[(sent >> 1) % callers.length] ?? '' };
};

const send = async (request: Fuzzed): Promise<Seen> => {
  const token = known.tokens[request.caller] ?? '';
  const search = new URLSearchParams(request.query).toString();
  const headers = new Headers(request.headers);
  if (token !== '') headers.set('authorization', `Bearer ${token}`);
  const version = versions.get(resourceOf(request));
  // As often as not the version that was read last, as whoever means it would send.
  if (version !== undefined && headers.get('if-match')?.match(/^"[0-6]"$/)) headers.set('if-match', version);
  const ask = () =>
    fetch(`${machine.baseUrl}${request.path}${search === '' ? '' : `?${search}`}`, {
      method: request.method,
      headers,
      redirect: 'manual',
      ...(request.body === undefined || ['GET', 'HEAD'].includes(request.method) ? {} : { body: request.body }),
    });
  let response = await ask();
  // The throttle of the whole API, which every deployment has: as its answer says, later.
  while (response.status === 429 && response.headers.get('content-type') === 'application/json') {
    await response.arrayBuffer();
    await delay(100);
    response = await ask();
  }
  const text = await response.text();
  const current = response.headers.get('etag') ?? /"currentVersion":(\d+)/.exec(text)?.[1] ?? '';
  if (current !== '') versions.set(resourceOf(request), `"${current.replaceAll('"', '')}"`);
  return { request, status: response.status, headers: response.headers, text };
};

const internals =
  /\bat [^\n"]{0,80}:\d+:\d+|node:|node_modules|\.mjs|arn:aws|[a-z]*Exception\b|ZodError|TypeError|ECONN|TableName|Xinfang(?:Data)?-|\bTRY#|"[IPSRLKW]#\w|\/tmp\/|oidc\.json/;

/** What is wrong with an answer, if anything. */
const faultOf = ({ request, status, headers, text }: Seen): string | undefined => {
  const { operation, key, kind, method, caller } = request;
  // The gateway's, for a function that had not answered in its time: at most one in a hundred, see below.
  const late = status === 503 && text === '{"message":"Service Unavailable"}';
  if (status >= 500 && !late && !(status === 503 && text.includes('urn:xinfang:problem:unavailable')))
    return `answered ${String(status)}`;
  // Node's own, before anything of ours.
  if (status === 431) return text === '' ? undefined : 'says something';
  // Who comes to the door by hand is shown the documentation.
  if (status === 302 && request.path === '/') return undefined;
  if (!headers.get('content-security-policy') || headers.get('x-content-type-options') !== 'nosniff')
    return 'lacks security headers';
  const isOwn = `${method} ` === key.slice(0, method.length + 1);
  const open = operation.security?.length === 0;
  if (status >= 400) {
    // A name that was sent is named in the answer: what is in it is the sender's own.
    const own = Object.keys(request.query).reduce(
      (rest, name) => rest.replaceAll(JSON.stringify(name).slice(1, -1), ''),
      text,
    );
    if (internals.test(own)) return 'tells of internals';
    const marker = markers.find((one) => text.includes(one));
    if (marker !== undefined) return `tells ${marker}`;
    if (method === 'HEAD') return undefined;
    if (headers.get('content-type') === 'application/json') {
      // The gateway's own, which cannot be changed.
      return late || ['{"message":"Unauthorized"}', '{"message":"Forbidden"}'].includes(text)
        ? undefined
        : 'is no problem document';
    }
    if (headers.get('content-type') !== 'application/problem+json') return 'is no problem document';
    const problem = JSON.parse(text) as { type: string; status: number; errors?: unknown };
    const code = problem.type.split(':').at(-1) ?? '';
    if (problem.status !== status || !knownCodes.has(code)) return `has an unknown problem ${problem.type}`;
    if (
      isOwn &&
      request.broken !== 'path' &&
      kind === 'described' &&
      allowed(request) &&
      ['invalid-request', 'unsupported-media-type', 'idempotency-key-required', 'precondition-required'].includes(code)
    )
      return `is refused although it is as described: ${text}`;
    if (status === 413 && Buffer.byteLength(request.body ?? '') <= maximumBodyBytes) return 'is called too large';
    return undefined;
  }
  if (status >= 300) return `answered ${String(status)}`;
  // With another method it may be another route, which this request was not made for.
  if (!isOwn && document.paths[key.slice(key.indexOf('/'))]?.[method.toLowerCase()]) return undefined;
  if (!isOwn || request.broken === 'path')
    return method === 'HEAD' || request.path === '/health' ? undefined : 'is accepted where there is no route';
  if (!open && unusable.has(caller)) return 'is accepted without a valid token';
  if (!allowed(request)) return 'is accepted although the description forbids it';
  return faultOfAnswer(operation, status, headers, text, key);
};

const faultOfAnswer = (
  operation: Operation,
  status: number,
  headers: Headers,
  text: string,
  key: string,
): string | undefined => {
  const content = operation.responses[String(status)]?.content;
  if (!content) return `answered ${String(status)}, which is not described`;
  const type = headers.get('content-type') ?? '';
  const described = content[type];
  if (!described) return `answered ${type}, which is not described`;
  if (type !== 'application/json' || !described.schema) return undefined;
  if (key !== 'GET /openapi.json' && /node_modules|\.mjs|arn:aws|oidc\.json/.test(text)) return 'tells of internals';
  return fits(described.schema, JSON.parse(text)) ? undefined : `is not as described: ${complaint(described.schema)}`;
};

describe('the whole API, from its own description', () => {
  it(`answers ${String(count)} requests as described, nearly so and not at all, without a fault (seed ${String(seed)})`, {
    timeout: 120_000 + count * 60,
  }, async () => {
    const started = performance.now();
    const faults = new Map<string, Seen>();
    const statuses = new Map<string, number>();
    let sent = 0;
    const arbitrary = requestsOf(document, known);
    const lane = async (requests: Iterator<Fuzzed>): Promise<void> => {
      for (let next = requests.next(); !next.done; next = requests.next()) {
        sent += 1;
        const seen = await send(asWelcome(next.value, sent));
        const { key, caller, kind } = seen.request;
        const callers = welcome.get(key) ?? [];
        if (kind === 'described' && ![401, 403, 404, 429].includes(seen.status) && !callers.includes(caller))
          welcome.set(key, [...callers, caller]);
        statuses.set(String(seen.status), (statuses.get(String(seen.status)) ?? 0) + 1);
        const fault = faultOf(seen);
        const name = `${seen.request.key} ${fault ?? ''}`.slice(0, 200);
        if (fault !== undefined && !faults.has(name)) faults.set(name, seen);
      }
    };
    for (let batch = 0; batch * 1000 < count && faults.size < 20; batch += 1) {
      const numRuns = Math.min(1000, count - batch * 1000);
      const requests = fc.sample(arbitrary, { seed: seed + batch, numRuns })[Symbol.iterator]();
      await Promise.all(Array.from({ length: lanes }, () => lane(requests)));
    }
    const seconds = (performance.now() - started) / 1000;
    console.info(
      `fuzz: seed ${String(seed)}, ${String(sent)} requests in ${seconds.toFixed(0)} s, statuses ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`,
    );
    const report = [...faults].map(
      ([name, { request, status, text }]) =>
        `${name}\n  ${request.kind} as ${request.caller}: ${request.method} ${request.path.slice(0, 200)} ${JSON.stringify(request.query)} ${JSON.stringify(request.headers)}\n  ${request.body?.slice(0, 600) ?? ''}\n  → ${String(status)} ${text.slice(0, 600)}`,
    );
    expect(report.join('\n\n')).toBe('');
    // Every kind of answer was seen: the requests reach the rules.
    for (const status of ['200', '201', '400', '401', '403', '404', '409', '412', '422', '428'])
      expect(statuses.get(status) ?? 0, status).toBeGreaterThan(0);
    expect((statuses.get('503') ?? 0) / sent).toBeLessThan(0.01);
  });

  it('and is well afterwards', async () => {
    expect(await new ApiClient(machine.baseUrl).as('triage').get('/worklist')).toHaveProperty('items');
    expect(machine.output()).not.toMatch(/标记姓名|13911112222|622901196001019999|标记地址|标记事实|标记请求/);
  });
});
