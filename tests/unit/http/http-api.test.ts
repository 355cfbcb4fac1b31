import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { DuplicateRequest, InvalidCursor, Refusal, StaleVersion, Unavailable } from '../../../domain/errors.ts';
import { type Call, httpApi, on } from '../../../functions/shared/http-api.ts';
import { route } from '../../../functions/shared/route.ts';
import { day, limit, text } from '../../../functions/shared/schemas.ts';
import { context } from '../../support/lambda-context.ts';

const change = route({
  method: 'POST',
  path: '/petitions/{number}/notes',
  actions: ['RecordSupport'],
  tag: 't',
  summary: 's',
  write: 'change',
  body: () =>
    z.strictObject({
      note: text(10, 'Note'),
      tone: z.optional(z.enum(['calm', 'urgent'])),
      when: z.optional(day('When')),
      person: z.optional(z.strictObject({ names: z.array(z.string()), 'a/b~c': z.optional(z.string()) })),
    }),
  response: () => z.unknown(),
});
const create = route({ ...change, path: '/petitions', write: 'create', status: 201 });
const read = route({
  method: 'GET',
  path: '/petitions',
  actions: ['ReadPetition'],
  tag: 't',
  summary: 's',
  query: () => z.strictObject({ limit }),
  response: () => z.unknown(),
});
const open = route({
  method: 'GET',
  path: '/health',
  actions: ['ReadPublicPages'],
  public: true,
  tag: 't',
  summary: 's',
  response: () => z.unknown(),
});

const claims = { sub: 'o-1', name: '某某', unit: '622901-zrzy', roles: 'handler leader' };

interface Request {
  routeKey?: string;
  headers?: Record<string, string | undefined>;
  query?: Record<string, string>;
  body?: string;
  claims?: object;
  number?: string;
  base64?: boolean;
}

const ask = async (
  implementation: (call: Call<typeof change>) => Promise<{ body: object; version?: number; replayed?: boolean }>,
  {
    routeKey = 'POST /petitions/{number}/notes',
    headers = {},
    query,
    body,
    claims: given = claims,
    number = '622901-20260228-ABCDEF',
    base64 = false,
  }: Request,
) => {
  const handler = httpApi([
    on(change, implementation),
    on(create, implementation as never),
    on(read, implementation as never),
    on(open, implementation as never),
  ]);
  const all = {
    'content-type': 'application/json',
    'idempotency-key': 'key-00000001',
    'if-match': '"3"',
    ...headers,
  };
  const event = {
    routeKey,
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    pathParameters: { number },
    queryStringParameters: query,
    body,
    isBase64Encoded: base64,
    requestContext: { authorizer: { jwt: { claims: given } } },
  } as unknown as APIGatewayProxyEventV2;
  const response = (await handler(event, context)) as APIGatewayProxyStructuredResultV2;
  return { ...response, json: JSON.parse(response.body ?? '{}') };
};

const ok = async () => ({ body: { done: true }, version: 4 });
const problem = (code: string) => `urn:xinfang:problem:${code}`;
const note = (more: object = {}) => JSON.stringify({ note: '已读', ...more });

afterEach(() => vi.restoreAllMocks());

describe('a proper request', () => {
  it('reaches the implementation parsed, with officer, key and version', async () => {
    let seen: Call<typeof change> | undefined;
    const response = await ask(
      async (call) => {
        seen = call;
        return ok();
      },
      { body: note({ note: '  已读 ', when: '2026-02-28' }) },
    );
    expect(seen).toMatchObject({
      params: { number: '622901-20260228-ABCDEF' },
      body: { note: '已读', when: '2026-02-28' },
      idempotencyKey: 'key-00000001',
      expectedVersion: 3,
    });
    expect(seen?.officer()).toEqual({ id: 'o-1', name: '某某', unit: '622901-zrzy', roles: ['handler', 'leader'] });
    expect(response).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', etag: '"4"' },
      json: { done: true },
    });
  });

  it('may be written with line ends, tabs, rare characters and marks of direction', async () => {
    const written = 'a\r\n\tb\u{20000}\u2067';
    let seen: unknown;
    const { statusCode } = await ask(
      async ({ body }) => {
        seen = body;
        return ok();
      },
      { body: note({ note: written }), headers: { 'content-type': 'application/json;charset=UTF-8' } },
    );
    expect([statusCode, seen]).toEqual([200, { note: written }]);
    // Ten characters are ten, whatever they take in UTF-16.
    expect((await ask(ok, { body: note({ note: '\u{20000}'.repeat(10) }) })).statusCode).toBe(200);
    expect((await ask(ok, { body: note({ note: '\u{20000}'.repeat(11) }) })).statusCode).toBe(400);
  });

  it('is text, if in base64', async () => {
    expect((await ask(ok, { body: Buffer.from(note()).toString('base64'), base64: true })).statusCode).toBe(200);
  });

  it('creates with 201 and needs no If-Match', async () => {
    const response = await ask(ok, { routeKey: 'POST /petitions', headers: { 'if-match': undefined }, body: note() });
    expect(response.statusCode).toBe(201);
  });

  it('says when its answer is one that was given before', async () => {
    const response = await ask(async () => ({ body: {}, version: 4, replayed: true }), { body: note() });
    expect(response.headers).toMatchObject({ 'idempotency-replayed': 'true' });
  });

  it('has the same fingerprint however its body is written, and another when it says something else', async () => {
    const fingerprint = async (body: string, routeKey?: string) => {
      let seen = '';
      await ask(
        async (call) => {
          seen = call.fingerprint;
          return ok();
        },
        { body, ...(routeKey === undefined ? {} : { routeKey }) },
      );
      return seen;
    };
    const first = await fingerprint('{"note":"已读","tone":"calm"}');
    expect(await fingerprint('{ "tone": "calm",\n "note": "已读" }')).toBe(first);
    expect(await fingerprint('{"note":"已读","tone":"urgent"}')).not.toBe(first);
    expect(await fingerprint('{"note":"已读","tone":"calm"}', 'POST /petitions')).not.toBe(first);
  });

  it('without a body is a GET; a public one has no officer', async () => {
    const listed = await ask(async (call) => ({ body: { query: call.query } }), {
      routeKey: 'GET /petitions',
      headers: { 'content-type': undefined },
    });
    expect(listed.json).toEqual({ query: { limit: 50 } });
    expect((await ask(ok, { routeKey: 'GET /health', claims: {} })).statusCode).toBe(200);
  });
});

describe('a request that is refused before any rule is asked', () => {
  const never = async () => {
    throw new Error('The implementation must not be reached.');
  };
  const field = (pointer: string) => [expect.objectContaining({ pointer })];

  it.each<[string, Request, number, string, unknown?]>([
    ['malformed JSON', { body: '{"note":' }, 400, 'invalid-request', field('')],
    ['no body', {}, 400, 'invalid-request', undefined],
    ['an empty body', { body: '' }, 400, 'invalid-request', undefined],
    ['a body that is no object', { body: '"text"' }, 400, 'invalid-request', field('')],
    ['null', { body: 'null' }, 400, 'invalid-request', field('')],
    [
      'another content type',
      { headers: { 'content-type': 'text/plain' }, body: note() },
      415,
      'unsupported-media-type',
    ],
    ['no content type', { headers: { 'content-type': undefined }, body: note() }, 415, 'unsupported-media-type'],
    ['an unknown field', { body: note({ colour: 1 }) }, 400, 'invalid-request', field('/colour')],
    [
      'an unknown field deep inside',
      { body: note({ person: { names: [], age: 3 } }) },
      400,
      'invalid-request',
      field('/person/age'),
    ],
    [
      'a wrong element of a list',
      { body: note({ person: { names: ['a', 2] } }) },
      400,
      'invalid-request',
      field('/person/names/1'),
    ],
    [
      'a field whose name needs escaping',
      { body: note({ person: { names: [], 'a/b~c': 1 } }) },
      400,
      'invalid-request',
      field('/person/a~1b~0c'),
    ],
    ['a prototype as a field', { body: '{"note":"a","__proto__":{"x":1}}' }, 400, 'invalid-request', field('')],
    ['text that is too long', { body: note({ note: '长'.repeat(11) }) }, 400, 'invalid-request', field('/note')],
    ['blank text', { body: note({ note: '  　' }) }, 400, 'invalid-request', field('/note')],
    ['a wrong word of a list', { body: note({ tone: 'angry' }) }, 400, 'invalid-request', field('/tone')],
    ['30 February', { body: note({ when: '2026-02-30' }) }, 400, 'invalid-request', field('/when')],
    ['a date in another form', { body: note({ when: '2026/02/03' }) }, 400, 'invalid-request', field('/when')],
    [
      'no Idempotency-Key',
      { headers: { 'idempotency-key': undefined }, body: note() },
      400,
      'idempotency-key-required',
    ],
    ['a short Idempotency-Key', { headers: { 'idempotency-key': 'short' }, body: note() }, 400, 'invalid-request'],
    [
      'an Idempotency-Key with blanks',
      { headers: { 'idempotency-key': 'a b c d e f g' }, body: note() },
      400,
      'invalid-request',
    ],
    [
      'an endless Idempotency-Key',
      { headers: { 'idempotency-key': 'k'.repeat(129) }, body: note() },
      400,
      'invalid-request',
    ],
    ['no If-Match', { headers: { 'if-match': undefined }, body: note() }, 428, 'precondition-required'],
    ['If-Match: *', { headers: { 'if-match': '*' }, body: note() }, 400, 'invalid-request'],
    ['a weak If-Match', { headers: { 'if-match': 'W/"3"' }, body: note() }, 400, 'invalid-request'],
    ['a negative If-Match', { headers: { 'if-match': '"-1"' }, body: note() }, 400, 'invalid-request'],
    ['a body over the limit', { body: note({ note: 'x'.repeat(196_608) }) }, 413, 'payload-too-large'],
    ['a body over the limit in bytes', { body: note({ note: '长'.repeat(65_536) }) }, 413, 'payload-too-large'],
    ['a name twice', { body: '{"note":"a","note":"b"}' }, 400, 'invalid-request', field('')],
    ['a name twice, once escaped', { body: '{"note":"a","no\\u0074e":"b"}' }, 400, 'invalid-request', field('')],
    ['a name twice, deep inside', { body: '{"a":[{"b":1,"b":2}]}' }, 400, 'invalid-request', field('')],
    ['endless nesting', { body: `${'['.repeat(90_000)}${']'.repeat(90_000)}` }, 400, 'invalid-request', field('')],
    [
      'another charset',
      { headers: { 'content-type': 'application/json; charset=gbk' }, body: note() },
      415,
      'unsupported-media-type',
    ],
    ['a compressed body', { headers: { 'content-encoding': 'gzip' }, body: note() }, 415, 'unsupported-media-type'],
    [
      'bytes that are no UTF-8',
      { body: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), base64: true },
      400,
      'invalid-request',
      field(''),
    ],
    ['a NUL', { body: note({ note: 'a\u0000b' }) }, 400, 'invalid-request', field('/note')],
    ['a control character', { body: note({ note: 'a\u001bb' }) }, 400, 'invalid-request', field('/note')],
    ['half a surrogate pair', { body: '{"note":"\\ud800"}' }, 400, 'invalid-request', field('/note')],
    [
      'what is left of another encoding',
      { body: note({ note: '\ufffd\ufffd' }) },
      400,
      'invalid-request',
      field('/note'),
    ],
    ['an override of direction', { body: note({ note: 'a\u202eb' }) }, 400, 'invalid-request', field('/note')],
    ['a path that can name nothing', { number: "x' OR 1=1", body: note() }, 404, 'not-found'],
    ['an endless path', { number: 'A'.repeat(41), body: note() }, 404, 'not-found'],
    ['an unknown route', { routeKey: 'GET /secrets' }, 404, 'not-found'],
    ['the default route', { routeKey: '$default' }, 404, 'not-found'],
    ['no subject in the token', { claims: { ...claims, sub: '' }, body: note() }, 401, 'unauthorized'],
    ['no unit in the token', { claims: { sub: 'o-1', roles: 'handler' }, body: note() }, 401, 'unauthorized'],
    ['a limit of zero', { routeKey: 'GET /petitions', query: { limit: '0' } }, 400, 'invalid-request'],
    ['a limit in words', { routeKey: 'GET /petitions', query: { limit: 'ten' } }, 400, 'invalid-request'],
    ['an unknown parameter', { routeKey: 'GET /petitions', query: { sort: 'x' } }, 400, 'invalid-request'],
  ])('%s', async (_, request, status, code, errors) => {
    const response = await ask(never, request);
    expect(response.json).toMatchObject({
      type: problem(code),
      status,
      ...(errors === undefined ? {} : { errors: expect.arrayContaining(errors as unknown[]) }),
    });
    expect(response).toMatchObject({ statusCode: status, headers: { 'content-type': 'application/problem+json' } });
  });

  it('whose faults are countless hears of some, in few words', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${'k'.repeat(20)}${String(i)}`, i]));
    const { body } = await ask(never, { body: note(many) });
    expect(body?.length).toBeLessThan(20_000);
    expect((await ask(never, { body: note({ ['k'.repeat(100_000)]: 1 }) })).body?.length).toBeLessThan(2000);
  });

  it('points at every fault at once', async () => {
    const { json } = await ask(never, { body: note({ note: '', tone: 'angry', colour: 1, taste: 2 }) });
    expect(json.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/colour',
      '/note',
      '/taste',
      '/tone',
    ]);
  });
});

describe('every answer', () => {
  const request = { body: note() };
  it.each<[string, () => ReturnType<typeof ask>]>([
    ['done', () => ask(ok, request)],
    ['refused', () => ask(ok, { body: '' })],
    [
      'failed',
      () => {
        vi.spyOn(console, 'error').mockImplementation(() => {});
        return ask(async () => Promise.reject(new Error('x')), request);
      },
    ],
    ['not there', () => ask(ok, { routeKey: '$default' })],
    [
      'a file',
      () =>
        ask(
          (async () => ({
            file: { contentType: 'text/plain', name: 'a', disposition: 'attachment', content: '{}' },
          })) as never,
          request,
        ),
    ],
  ])('%s carries the headers that keep a browser from doing anything with it', async (_, answer) => {
    expect((await answer()).headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age='),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });
});

describe('roles in a token', () => {
  it.each(['handler leader', '[handler leader]', '[handler, leader]', 'handler,leader'])('%s', async (roles) => {
    const { json } = await ask(async (call) => ({ body: call.officer().roles }), {
      claims: { ...claims, roles },
      body: note(),
    });
    expect(json).toEqual(['handler', 'leader']);
  });

  it.each([undefined, '', 'stranger', 'petitioner', 'public', 'Handler'])('that is %s opens nothing', async (roles) => {
    const { statusCode, json } = await ask(async () => ({ body: {} }), {
      claims: { sub: 'o-1', unit: 'u', roles },
      body: note(),
    });
    expect([statusCode, json.type]).toEqual([403, 'urn:xinfang:problem:not-your-role']);
  });
});

describe('an error of the implementation', () => {
  const failing = (error: unknown) =>
    ask(
      async () => {
        throw error;
      },
      { body: note() },
    );

  it('by the rules names code, field and article', async () => {
    const response = await failing(new Refusal('rule-violated', 'So nicht.', { pointer: '/note', basis: 'R32' }));
    expect(response.json).toEqual({
      type: problem('rule-violated'),
      title: 'Rule violated',
      status: 422,
      detail: 'So nicht.',
      errors: [{ pointer: '/note', detail: 'So nicht.' }],
      basis: 'R32',
    });
  });

  it('of a stale version tells the current one', async () => {
    expect((await failing(new StaleVersion(9))).json).toMatchObject({
      type: problem('stale-version'),
      status: 412,
      currentVersion: 9,
    });
  });

  it('of a cursor blames the parameter', async () => {
    expect((await failing(new InvalidCursor('no'))).json).toMatchObject({
      status: 400,
      errors: [{ parameter: 'cursor', detail: 'no' }],
    });
  });

  it.each([new Unavailable('throttled by table Petitions'), new DuplicateRequest('x')])(
    'that passes ($name) asks to try again and tells no more',
    async (error) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const response = await failing(error);
      expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
      expect(response.body).not.toContain('Petitions');
    },
  );

  it.each([
    new Error('secret-table arn:aws:dynamodb key=张三'),
    new TypeError('secret-table'),
    Object.assign(new Error('secret-table'), { statusCode: 418, expose: true }),
    'secret-table',
    undefined,
    null,
    new z.core.$ZodError([]),
  ])('that nobody expected (%#) leaks nothing: the log has it', async (error) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const response = await failing(error);
    expect(response.statusCode).toBe(500);
    expect(response.json).toEqual({ type: problem('internal'), title: 'Internal error', status: 500 });
    expect(log).toHaveBeenCalledOnce();
  });

  it.each([
    'Invalid value "张三" at key 信访人甲',
    "The parameter '13800000000' is not valid",
    'phone 13800000000 of 622901199001011234 at a@example.org',
    'code K3Q01ABCD2EF token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvLTEifQ.c2lnbmF0dXJl',
    'arn:aws:dynamodb:us-east-1:123456789012:table/Petitions',
  ])('the log keeps no value that an error repeats: %s', async (message) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    await failing(new Error(message, { cause: new Error(message) }));
    const line = JSON.stringify(log.mock.calls);
    expect(line).not.toMatch(/张三|信访人甲|13800000000|6229011990|K3Q01|eyJ|example\.org|123456789012/);
    expect(line).toContain('"name":"Error"');
  });

  it('the log keeps what the client is not told, and never the body', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    await failing(new Error('secret-table'));
    const line = JSON.stringify(log.mock.calls);
    expect(line).toContain('secret-table');
    expect(line).not.toContain('已读');
  });
});
