/** The template's HTTP API on one port, with the sign-in and the API's documentation beside it. */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { securityHeaders } from '../functions/shared/security-headers.ts';
import { BodyTooLarge, readBody } from './aws-json.ts';
import type { Disk } from './disk.ts';
import { type CrossOrigin, greet, isOurHost } from './doors.ts';
import { FunctionError, type Functions } from './functions.ts';
import { claimStrings, eventOf, sendResult } from './http-event.ts';
import { createMatcher, type Route, type TokenRule } from './http-routes.ts';
import { Busy, type Throttle } from './overload.ts';
import { listen } from './ports.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Serves everything below a path that is not the API's. */
export type SideDoor = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface HttpApiOptions {
  readonly routes: readonly Route[];
  readonly functions: Functions;
  readonly clock: VirtualClock;
  /** What pages of other origins may do; nothing when absent. */
  readonly crossOrigin: CrossOrigin | undefined;
  readonly disk: Disk;
  readonly throttle: Throttle;
  /** By first path segment, e.g. `oidc`. */
  readonly sideDoors: Readonly<Record<string, SideDoor>>;
}

export interface HttpApi {
  listen(port: number): Promise<void>;
  close(): Promise<void>;
}

export function createHttpApi(options: HttpApiOptions): HttpApi {
  const { routes, functions, clock, crossOrigin, disk, throttle, sideDoors } = options;
  const match = createMatcher(routes);
  const authorize = createAuthorizer();

  const serve: SideDoor = async (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (!isOurHost(request)) return problem(response, 421, 'Misdirected Request', 'This is not that host');
    const url = urlOf(request);
    if (url === undefined) return problem(response, 400, 'Bad Request', 'The address is not valid');
    const first = url.pathname.split('/')[1] ?? '';
    const sideDoor = Object.hasOwn(sideDoors, first) ? sideDoors[first] : undefined;
    if (sideDoor !== undefined) return sideDoor(request, response);
    if (url.pathname === '/') return redirect(response, '/docs/');

    if (greet(request, response, crossOrigin)) return;
    if (!throttle()) {
      request.resume();
      response.setHeader('retry-after', '1');
      return message(response, 429, 'Too Many Requests');
    }
    const found = match(request.method ?? 'GET', url.pathname);
    if (found === undefined) return message(response, 404, 'Not Found');
    const { route, parameters } = found;
    const claims =
      route.tokens === undefined ? undefined : await authorize(request.headers.authorization, route.tokens);
    if (claims === 'unauthorized') {
      response.setHeader('www-authenticate', 'Bearer');
      return message(response, 401, 'Unauthorized');
    }
    if (claims === 'forbidden') return message(response, 403, 'Forbidden');
    // Every write carries this header, and nothing else does. What runs on by itself still has the reserve.
    if (request.headers['idempotency-key'] !== undefined && disk.full()) {
      request.resume();
      response.setHeader('retry-after', '30');
      return problem(
        response,
        507,
        'The disk is full',
        'Nothing was written; send again when there is room.',
        'storage-full',
      );
    }
    const requestId = randomUUID();
    const body = await readBody(request);
    const event = eventOf({ request, url, body, routeKey: route.key, parameters, claims, requestId });
    response.setHeader('apigw-requestid', requestId);
    // In training the present is moved; whoever shows an answer must be able to say so.
    if (clock.offset() > 0)
      response.setHeader('xinfang-virtual-time', new Date(Date.now() + clock.offset()).toISOString());
    sendResult(await functions.invoke(route.functionArn, event, { impatient: true }), response);
  };

  const server = createServer((request, response) => {
    Promise.resolve(serve(request, response)).catch((error) => {
      if (response.headersSent) return response.destroy();
      if (error instanceof BodyTooLarge) {
        request.resume(); // the sender reads the refusal only after it has sent everything
        return message(response, 413, 'Request Entity Too Large');
      }
      if (error instanceof Busy) {
        response.setHeader('retry-after', '1');
        return message(response, 503, 'Service Unavailable');
      }
      console.error(`${request.method} ${request.url?.split('?')[0]}: ${error}`);
      return error instanceof FunctionError && error.timedOut
        ? message(response, 503, 'Service Unavailable')
        : message(response, 500, 'Internal Server Error');
    });
  });
  server.keepAliveTimeout = 60_000;
  return {
    listen: async (port) => void (await listen(server, port)),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 1000).unref();
      await closed;
    },
  };
}

/** Checks bearer tokens as API Gateway's JWT authorizer does. The issuer's keys are fetched when they are first needed. */
function createAuthorizer() {
  const keySets = new Map<string, Promise<ReturnType<typeof createRemoteJWKSet>>>();
  const keysOf = (issuer: string) => {
    const known = keySets.get(issuer) ?? discoverKeys(issuer);
    keySets.set(issuer, known);
    known.catch(() => keySets.delete(issuer));
    return known;
  };
  return async (header: string | undefined, rule: TokenRule) => {
    const token = /^(?:Bearer )?([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1];
    if (token === undefined) return 'unauthorized';
    try {
      const { payload } = await jwtVerify(token, await keysOf(rule.issuer), {
        issuer: rule.issuer,
        audience: [...rule.audiences],
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      });
      const scopes = String(payload.scope ?? '').split(' ');
      if (rule.scopes.length > 0 && !rule.scopes.some((scope) => scopes.includes(scope))) return 'forbidden';
      return claimStrings(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return 'unauthorized';
      throw error;
    }
  };
}

async function discoverKeys(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(jwks_uri));
}

/** `undefined` where the request line names no path, as `OPTIONS *` and requests to a proxy do. */
function urlOf({ url = '', headers }: IncomingMessage): URL | undefined {
  return url.startsWith('/') && URL.canParse(`http://${headers.host}${url}`)
    ? new URL(`http://${headers.host}${url}`)
    : undefined;
}

function message(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message: text }));
}

function problem(response: ServerResponse, status: number, title: string, detail: string, code?: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(
    JSON.stringify({ type: code === undefined ? 'about:blank' : `urn:xinfang:problem:${code}`, title, status, detail }),
  );
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location });
  response.end();
}
