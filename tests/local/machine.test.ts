import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAlive } from '../../local/lock.ts';
import { signIn } from '../../local/sign-in.ts';
import { emptyFolder, type LocalMachine, runLocalMachine, startLocalMachine } from '../support/local-machine.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'us-east-1';

let machine: LocalMachine;
beforeAll(async () => {
  machine = await startLocalMachine(undefined, undefined, { WARM: 'on' }); // in everything as `npm start`
});
afterAll(async () => {
  await machine.stop();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${machine.endpoints.baseUrl}${path}`, { headers });
const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('the HTTP API', () => {
  it('answers without a token where the route is public', async () => {
    const response = await get('/health');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('describes itself', async () => {
    const document = (await (await get('/openapi.json')).json()) as { openapi: string };
    expect(document.openapi).toMatch(/^3\.1/);
  });

  it.each([
    ['no token', {}],
    ['no token that can be read', { authorization: 'Bearer nonsense' }],
    ['a token that nobody signed', { authorization: `Bearer ${unsigned()}` }],
  ])('refuses %s as API Gateway does', async (_, headers) => {
    const response = await get('/me', headers);
    expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
  });

  it('refuses a token whose claims were changed', async () => {
    const [header, payload, signature] = (await signIn(machine.endpoints.baseUrl, 'receptionist')).split('.');
    const changed = { ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), roles: 'leader' };
    const forged = [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
    expect((await get('/me', { authorization: `Bearer ${forged}` })).status).toBe(401);
  });

  it('says what is not there as problem details', async () => {
    const response = await get('/nothing/here');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 404 });
  });

  it('does not read a body without end', async () => {
    const init = { method: 'POST', body: 'x'.repeat(11 * 1024 * 1024) };
    expect((await fetch(`${machine.endpoints.baseUrl}/portal/petition`, init)).status).toBe(413);
  });

  it('has documentation without inline scripts', async () => {
    const page = await (await get('/docs')).text();
    expect(page).not.toMatch(/<script(?![^>]* src=)/);
    for (const name of ['swagger-ui-bundle.js', 'start.js', 'swagger-ui.css', 'oauth2-redirect.html'])
      expect((await get(`/docs/${name}`)).status).toBe(200);
  });
});

describe('signing in', () => {
  it('gives a short-lived token with the officer’s claims, which the API accepts', async () => {
    const token = await signIn(machine.endpoints.baseUrl, 'receptionist');
    const { exp, iat, ...rest } = claims(token);
    expect(rest).toMatchObject({
      iss: `${machine.endpoints.baseUrl}/oidc`,
      aud: 'xinfang-api',
      sub: 'receptionist',
      roles: 'receptionist',
      unit: expect.any(String),
      name: expect.any(String),
    });
    expect(exp - iat).toBe(15 * 60);
    expect((await get('/me', { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('lists the demonstration’s officers, marked as such, in Chinese first', async () => {
    const request = new URLSearchParams({
      client_id: 'xinfang-console',
      response_type: 'code',
      redirect_uri: `${machine.endpoints.baseUrl}/docs/oauth2-redirect.html`,
      scope: 'openid profile officer',
      code_challenge: createHash('sha256').update('verifier').digest('base64url'),
      code_challenge_method: 'S256',
    });
    const start = await fetch(`${machine.endpoints.baseUrl}/oidc/auth?${request}`, { redirect: 'manual' });
    const cookie = start.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const page = await (await get(start.headers.get('location') ?? '', { cookie })).text();
    expect(page).toContain('演示环境');
    expect(page).toContain('value="receptionist"');
  });

  it('asks for PKCE', async () => {
    const request = new URLSearchParams({
      client_id: 'xinfang-console',
      response_type: 'code',
      redirect_uri: `${machine.endpoints.baseUrl}/docs/oauth2-redirect.html`,
      scope: 'openid',
    });
    const answer = await fetch(`${machine.endpoints.baseUrl}/oidc/auth?${request}`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toMatch(/error=invalid_request.*PKCE/);
  });

  it('refuses an identity that does not exist', async () => {
    await expect(signIn(machine.endpoints.baseUrl, 'nobody')).rejects.toThrow('Signing in stopped');
  });
});

describe('the services behind the functions', () => {
  it('fail a function when told to', async () => {
    await machine.control('fail', { function: 'reference', times: 1 });
    expect((await get('/health')).status).toBe(500);
    expect((await get('/health')).status).toBe(200);
  });

  it('count what the benchmark needs', async () => {
    expect(await machine.control('metrics')).toMatchObject({
      stateTransitions: expect.any(Number),
      functions: { reference: { invocations: expect.any(Number) } },
      mappings: { dispatch: { delivered: expect.any(Number) } },
    });
  });

  it('are not for pages in a browser', async () => {
    const response = await fetch(`${machine.endpoints.control}/_local/metrics`, {
      headers: { origin: 'http://example.com' },
    });
    expect(response.status).toBe(403);
  });

  it('answer the SDK with the errors of Step Functions', async () => {
    const sfn = new SFNClient({ endpoint: machine.endpoints.sfn, region, credentials });
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:nothing';
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  it('keep their keys to the owner', () => {
    const keys = join(machine.folder, 'keys/oidc.json');
    expect(statSync(keys).mode & 0o077).toBe(0);
  });
});

describe('a data folder', () => {
  it('is refused to a second machine', async () => {
    const { code, output } = await runLocalMachine(machine.folder);
    expect(code).toBe(1);
    expect(output).toContain(String(machine.endpoints.pid));
    expect((await get('/health')).status).toBe(200);
  });

  it('survives kill -9, with every acknowledged write, and leaves no second store running', async () => {
    const folder = emptyFolder();
    const first = await startLocalMachine(folder);
    const TableName = first.endpoints.tables.PETITIONS_TABLE;
    const key = { pk: { S: 'T#1' }, sk: { S: 'HEAD' } };
    const client = (one: LocalMachine) => new DynamoDBClient({ endpoint: one.endpoints.dynamodb, region, credentials });
    await client(first).send(new PutItemCommand({ TableName, Item: { ...key, kept: { S: 'yes' } } }));
    const store = JSON.parse(readFileSync(join(folder, 'store.json'), 'utf8'));
    await first.stop('SIGKILL');
    expect(isAlive(store)).toBe(true);

    const second = await startLocalMachine(folder);
    try {
      expect(isAlive(store)).toBe(false);
      const { Item } = await client(second).send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }));
      expect(Item?.kept).toEqual({ S: 'yes' });
      expect((await fetch(`${second.endpoints.baseUrl}/health`)).status).toBe(200);
    } finally {
      expect(await second.stop()).toBe(0);
    }
    // Ended in order, its store is gone with it.
    await vi.waitFor(() => expect(() => statSync(join(folder, 'store.json'))).toThrow());
  });
});

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: 'x', exp: 4e9 })}.x`;
}
