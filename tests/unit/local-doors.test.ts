import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossOriginOf, greet, isOurHost } from '../../local/doors.ts';
import { listen, portFrom } from '../../local/ports.ts';
import type { LocalResource } from '../../local/template.ts';

const api = (CorsConfiguration?: object) =>
  [{ type: 'AWS::ApiGatewayV2::Api', properties: { CorsConfiguration } }] as unknown as LocalResource[];
const configured = crossOriginOf(
  api({
    AllowOrigins: ['https://console.example'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['authorization'],
    ExposeHeaders: ['etag'],
    MaxAge: 3600,
  }),
);

let port: number;
const server = createServer((request, response) => {
  if (greet(request, response, request.url === '/closed' ? crossOriginOf(api()) : configured)) return;
  response.end(String(isOurHost(request)));
});
beforeAll(async () => {
  port = await listen(server, 0);
});
afterAll(() => void server.close());

const ask = async (path: string, origin: string, preflight: boolean) => {
  const { status, headers } = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
    method: preflight ? 'OPTIONS' : 'GET',
    headers: { origin, ...(preflight ? { 'access-control-request-method': 'POST' } : {}) },
  });
  return [status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-methods')];
};

describe('a page of an origin', () => {
  it('that the template names is greeted', async () => {
    expect(await ask('/', 'https://console.example', true)).toEqual([204, 'https://console.example', 'GET,POST']);
    expect(await ask('/', 'https://console.example', false)).toEqual([200, 'https://console.example', null]);
  });

  it('that it does not name is not', async () => {
    for (const origin of ['https://elsewhere.example', 'https://console.example.elsewhere.example', 'null']) {
      expect(await ask('/', origin, true)).toEqual([204, null, null]);
      expect(await ask('/', origin, false)).toEqual([200, null, null]);
    }
  });

  it('gets nothing where the template configures nothing', async () => {
    expect(await ask('/closed', 'https://console.example', true)).toEqual([200, null, null]);
  });
});

describe('the port that is asked for', () => {
  it.each([
    [undefined, 3000],
    ['', 3000],
    ['0', 0],
    ['8080', 8080],
    ['65535', 65_535],
    ['65536', undefined],
    ['abc', undefined],
    ['-1', undefined],
    ['80.5', undefined],
    ['1e3', undefined],
  ])('%j is %s', (asked, port) => expect(portFrom(asked)).toBe(port));
});
