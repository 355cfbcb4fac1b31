import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../../local/sign-in.ts';
import { send } from '../support/http.ts';
import { emptyFolder, type LocalMachine, startLocalMachine } from '../support/local-machine.ts';
import { rawHttp, statusOf } from '../support/raw-http.ts';
import { inParallel } from '../support/requests.ts';

const limits = { writesPerMinute: 40, readsPerMinute: 80, publicPerMinute: 100_000 };

let machine: LocalMachine;
let port: number;
let token: string;
beforeAll(async () => {
  machine = await startLocalMachine(emptyFolder(), 0, {
    LIMITS: JSON.stringify(limits),
  });
  port = Number(new URL(machine.endpoints.baseUrl).port);
  token = await signIn(machine.endpoints.baseUrl, 'receptionist');
});
afterAll(async () => {
  await machine.stop();
});

const url = (path: string) => `${machine.endpoints.baseUrl}${path}`;
const raw = (lines: string, body = '') =>
  rawHttp(
    port,
    `${lines.replaceAll('\n', '\r\n')}\r\nHost: 127.0.0.1:${String(port)}\r\nConnection: close\r\n\r\n${body}`,
  );
const matter = {
  channel: 'letter',
  petitioner: { form: 'individual', person: { name: '信访人甲', phone: '13800000000' } },
  subject: '道路损坏',
  requests: ['修复道路'],
  facts: '村道损坏。',
};

describe('every answer', () => {
  it.each([
    ['/health', {}],
    ['/openapi.json', {}],
    ['/me', {}],
    ['/nothing', {}],
    ['/docs/', {}],
    ['/docs', {}],
    ['/docs/start.js', {}],
    ['/docs/swagger-ui.css', {}],
    ['/docs/no-such.js', {}],
    ['/oidc/.well-known/openid-configuration', {}],
    ['/oidc/auth', {}],
    ['/oidc/interaction/none', {}],
    ['/oidc/no-such-page', {}],
    ['/portal/petition', { method: 'POST', body: 'x' }],
  ] as const)('of %s tells browsers what not to do with it, and allows nothing inline', async (path, init) => {
    const { headers } = await fetch(url(path), { ...init, redirect: 'manual' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.any(String),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).not.toMatch(/unsafe-|\*|https?:(?!\/\/(127\.0\.0\.1|localhost):)/);
    expect(policy).toMatch(/default-src '(none|self)'/);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  it('that is a page has nothing inline but the style that its policy names', async () => {
    for (const path of ['/docs/', '/docs/oauth2-redirect.html', '/oidc/auth', '/oidc/interaction/none']) {
      const response = await fetch(url(path));
      const page = await response.text();
      expect(page, path).toMatch(/^<!doctype html>/i);
      expect(page).not.toMatch(/<script(?![^>]* src=)| on\w+=| style=|javascript:/i);
      for (const [, style = ''] of page.matchAll(/<style>([\s\S]*?)<\/style>/g)) {
        const hash = createHash('sha256').update(style).digest('base64');
        expect(response.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
      }
    }
  });
});

describe('pages of other origins', () => {
  it('may call nothing', async () => {
    for (const [path, method] of [
      ['/health', 'GET'],
      ['/portal/petition', 'POST'],
      ['/me', 'GET'],
    ] as const) {
      const headers = { origin: 'https://elsewhere.example', authorization: `Bearer ${token}` };
      const { headers: answered } = await fetch(url(path), { method, headers });
      expect(answered.get('access-control-allow-origin')).toBeNull();
      const preflight = await fetch(url(path), {
        method: 'OPTIONS',
        headers: { origin: 'https://elsewhere.example', 'access-control-request-method': method },
      });
      expect(preflight.status).toBe(404);
      expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('cannot send a form to the portal: it takes no body that needs no preflight', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await fetch(url('/portal/petition'), {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ number: '622901-20260228-ABCDEF', queryCode: 'K3Q01ABCD2EF' }),
      });
      expect(response.status).toBe(415);
    }
  });

  it('that point a name of theirs at this machine reach nothing', async () => {
    for (const host of [
      'elsewhere.example',
      `elsewhere.example:${String(port)}`,
      '127.0.0.1',
      '127.0.0.1:1',
      '0.0.0.0',
    ]) {
      for (const path of ['/health', '/docs/', '/oidc/auth']) {
        const answer = await rawHttp(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        expect(statusOf(answer), host).toBe(421);
      }
    }
    expect(statusOf(await rawHttp(port, `GET /health HTTP/1.1\r\nHost: localhost:${String(port)}\r\n\r\n`))).toBe(200);
  });

  it('reach neither the controls nor what AWS would offer', async () => {
    const control = Number(new URL(machine.endpoints.control).port);
    for (const path of ['/_local/metrics', '/']) {
      const headers = { 'x-amz-target': 'TrentService.GenerateMac', 'content-type': 'application/x-amz-json-1.1' };
      const response = await fetch(`${machine.endpoints.control}${path}`, {
        method: 'POST',
        headers: { ...headers, origin: 'https://elsewhere.example' },
        body: '{}',
      });
      expect(response.status).toBe(403);
      expect(statusOf(await rawHttp(control, `GET ${path} HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n`))).toBe(403);
    }
  });
});

describe('what no client of ours would send', () => {
  it.each([
    ['HEAD of what can be read', 'HEAD /health HTTP/1.1', [200, 404]],
    ['OPTIONS', 'OPTIONS /health HTTP/1.1', [404]],
    ['OPTIONS of everything', 'OPTIONS * HTTP/1.1', [400]],
    ['PUT', 'PUT /petitions HTTP/1.1', [404]],
    ['DELETE', 'DELETE /petitions/622901-20260228-ABCDEF HTTP/1.1', [404]],
    ['PATCH', 'PATCH /petitions HTTP/1.1', [404]],
    ['TRACE', 'TRACE /health HTTP/1.1', [404, 405]],
    ['a method that there is not', 'STEAL /health HTTP/1.1', [400]],
    ['GET of what is only posted', 'GET /portal/petition HTTP/1.1', [404]],
    ['a method in a header', 'GET /health HTTP/1.1\nX-HTTP-Method-Override: DELETE', [200]],
    ['a whole address instead of a path', 'GET http://elsewhere.example/health HTTP/1.1', [400]],
    ['a slash in disguise', 'GET /petitions%2Fx HTTP/1.1', [404]],
    ['a way out of the docs', 'GET /docs/../../package.json HTTP/1.1', [404]],
    ['a way out of the docs in disguise', 'GET /docs/%2e%2e%2fpackage.json HTTP/1.1', [404]],
    ['a way out of the docs with backslashes', 'GET /docs/..\\\\package.json HTTP/1.1', [404]],
    ['a percent sign that escapes nothing', 'GET /petitions/%zz HTTP/1.1', [401]],
    ['two slashes', 'GET //health HTTP/1.1', [404]],
    ['a NUL in the path', 'GET /health%00 HTTP/1.1', [404]],
    ['headers without end', `GET /health HTTP/1.1\nX-Long: ${'x'.repeat(20_000)}`, [431]],
    ['a token without end', `GET /me HTTP/1.1\nAuthorization: Bearer ${'x'.repeat(15_000)}`, [401]],
    ['two lengths', 'POST /portal/petition HTTP/1.1\nContent-Length: 2\nContent-Length: 3', [400]],
    ['a length and chunks', 'POST /portal/petition HTTP/1.1\nContent-Length: 2\nTransfer-Encoding: chunked', [400]],
    ['a length that is none', 'POST /portal/petition HTTP/1.1\nContent-Length: -1', [400]],
  ])('%s is answered in order', async (_, lines, statuses) => {
    const answer = await raw(lines);
    expect(statuses).toContain(statusOf(answer));
    expect(answer).not.toMatch(/\bat .*\.(ts|mjs):|node:internal|Error:/);
  });

  it('a body that is shorter than it says, or longer', async () => {
    const head = 'POST /portal/petition HTTP/1.1\nContent-Type: application/json\nContent-Length: ';
    // Shorter: the rest never comes, the sender hangs up, and nobody waits for it.
    await rawHttp(port, `${head.replaceAll('\n', '\r\n')}100\r\nHost: 127.0.0.1:${String(port)}\r\n\r\n{}`, 200);
    // Longer: what is over is no second request.
    const answer = await raw(`${head}2`, '{}GET /me HTTP/1.1\r\n\r\n');
    expect(statusOf(answer)).toBe(400);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect((await fetch(url('/health'))).status).toBe(200);
  });

  it('a body in another encoding than it says is refused, not recorded with holes', async () => {
    const gbk = Buffer.concat([
      Buffer.from('{"number":"622901-20260228-ABCDEF","queryCode":"'),
      Buffer.from([0xd0, 0xc5, 0xb7, 0xc3, 0xd0, 0xc5, 0xb7, 0xc3]),
      Buffer.from('"}'),
    ]);
    const response = await fetch(url('/portal/petition'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: gbk,
    });
    expect(response.status).toBe(400);
  });
});

describe('the largest petition', () => {
  /** Every field as long as it may be, in characters of three bytes, within the limit of a body. */
  const person = (i: number) => ({
    name: `信访人${'甲'.repeat(46)}${String(i)}`.slice(0, 50),
    identityNumber: `${'1'.repeat(29)}${String(i)}`,
    phone: `${'1'.repeat(19)}${String(i)}`,
    address: '址'.repeat(200),
  });
  const petition = {
    ...matter,
    petitioner: { form: 'joint', representatives: [1, 2, 3, 4, 5].map(person), headcount: 100_000 },
    subject: '题'.repeat(100),
    requests: Array.from({ length: 20 }, (_, i) => `${'请'.repeat(1999)}${String.fromCharCode(65 + i)}`),
    facts: '事'.repeat(10_000),
    reasons: '由'.repeat(5000),
    place: '地'.repeat(200),
  };

  it('is registered, corrected, found, and split into as many parts as it may have', async () => {
    const registered = await send(url('/petitions'), { token, body: petition });
    expect([registered.status, registered.body.detail]).toEqual([201, undefined]);
    const { number, version } = registered.body;
    const { requests, reasons, place, subject } = petition;
    const officer = await signIn(machine.endpoints.baseUrl, 'triage');
    const amended = await send(url(`/petitions/${number}/amendments`), {
      token,
      ifMatch: version,
      body: { changes: { requests, facts: '实'.repeat(10_000), reasons, place, subject }, reason: '正'.repeat(500) },
    });
    expect([amended.status, amended.body.detail]).toEqual([200, undefined]);
    const found = await send(url('/petition-lookups'), {
      token,
      body: { persons: [1, 2, 3, 4, 5].map(person), matter: { text: '事'.repeat(10_000) } },
    });
    expect(found.body.items).toHaveLength(1);
    const parts = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ requests: [i], subject, facts: '分'.repeat(1000) }));
    const split = async (count: number) =>
      send(url(`/petitions/${number}/parts`), {
        token: officer,
        ifMatch: amended.body.version,
        body: { parts: parts(count), reason: '因'.repeat(2000) },
      });
    expect((await split(5)).code).toBe('invalid-request');
    const done = await split(4);
    expect([done.status, done.body.detail]).toEqual([200, undefined]);
  });

  it('over the limit of a body is refused as too large', async () => {
    const { status } = await send(url('/petitions'), { token, body: { ...petition, facts: '事'.repeat(70_000) } });
    expect(status).toBe(413);
  });
});

describe('wrong query codes', () => {
  const ask = (path: string, number: string, queryCode: string) => send(url(path), { body: { number, queryCode } });

  it('are counted for a number over all functions; then even the right one has to wait, and says how long', async () => {
    const registered = await send(url('/petitions'), { token, body: matter });
    const { number, queryCode } = registered.body;
    expect((await ask('/portal/petition', number, queryCode)).status).toBe(200);
    const paths = ['/portal/petition', '/portal/notices'];
    for (let i = 0; i < 5; i += 1)
      expect((await ask(paths[i % 2] ?? '', number, 'K3Q01ABCD2EF')).code).toBe('not-found');
    for (const path of paths) {
      const reply = await ask(path, number, queryCode);
      expect([reply.status, reply.code]).toEqual([429, 'too-many-requests']);
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(840);
    }
    // Once the window has ended, it is as before.
    await machine.control('clock', { milliseconds: 16 * 60_000 });
    expect((await ask('/portal/petition', number, queryCode)).status).toBe(200);
  });

  it('and numbers that do not exist are told the same, in about the same time', async () => {
    const numbers = await Promise.all(
      Array.from(
        { length: 6 },
        async () => (await send(url('/petitions'), { token, body: matter })).body.number as string,
      ),
    );
    const times = { code: [] as number[], number: [] as number[] };
    const answers = new Set<string>();
    for (let i = 0; i < 48; i += 1) {
      const kind = i % 2 === 0 ? 'code' : 'number';
      // Four attempts at each number, so that nobody has to wait.
      const index = Math.floor(i / 8);
      const number = kind === 'code' ? (numbers[index] ?? '') : `622901007-20260228-AAAAA${String(index + 2)}`;
      const start = performance.now();
      const reply = await ask('/portal/petition', number, 'K3Q01ABCD2EF');
      times[kind].push(performance.now() - start);
      answers.add(JSON.stringify([reply.status, reply.body, [...reply.headers.keys()]]));
    }
    const median = (of: number[]) => of.toSorted((x, y) => x - y)[of.length / 2] ?? 0;
    expect(median(times.code) / median(times.number)).toBeGreaterThan(0.5);
    expect(median(times.code) / median(times.number)).toBeLessThan(2);
    expect(answers.size).toBe(1);
  });
});

describe('an officer who asks too much', () => {
  it('has a minute’s requests at once and what comes back meanwhile, then waits as long as the answer says; others do not', async () => {
    // Nobody has spent anything of this one's budget.
    const asking = await signIn(machine.endpoints.baseUrl, 'city-receptionist');
    const ask = () => send(url('/petitions'), { token: asking, body: { nonsense: true } });
    const started = performance.now();
    const replies: Awaited<ReturnType<typeof ask>>[] = [];
    // As many at a time as the machine takes without shedding any.
    await inParallel(Array.from({ length: 3 * limits.writesPerMinute }), async () => void replies.push(await ask()), 5);
    const comesBack = ((performance.now() - started) * limits.writesPerMinute) / 60_000;
    const counted = (status: number) => replies.filter((reply) => reply.status === status).length;
    expect(counted(400) + counted(429)).toBe(3 * limits.writesPerMinute);
    expect(counted(400)).toBeGreaterThanOrEqual(limits.writesPerMinute);
    expect(counted(400)).toBeLessThanOrEqual(limits.writesPerMinute + comesBack);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.code).toBe('too-many-requests');
    const seconds = Number(refused?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    const other = await signIn(machine.endpoints.baseUrl, 'triage');
    expect((await send(url('/petitions'), { token: other, body: matter })).status).toBe(201);
    // Reading has a budget of its own.
    expect((await send(url('/worklist'), { token: asking })).status).toBe(200);
    await delay(seconds * 1000);
    expect((await ask()).status).toBe(400);
  });
});
