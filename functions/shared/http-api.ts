import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import canonicalize from 'canonicalize';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { knownRoles, type Officer } from '../../domain/access/roles.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import { callerAddress } from './caller-address.ts';
import { checkLength, jsonBody } from './json-body.ts';
import { logged } from './log.ts';
import { BadRequest, fieldErrors, problemResponse, toProblem } from './problem.ts';
import { type ParametersOf, type RouteDefinition, routeKey } from './route.ts';
import { officerIdPattern, pathParameter, unitIdPattern } from './schemas.ts';
import { securityHeaders } from './security-headers.ts';

z.config(en());

/** Everything that an implementation gets of a request, parsed. */
export interface Call<R extends RouteDefinition> {
  readonly params: ParametersOf<R['path']>;
  readonly query: R['query'] extends () => z.ZodMiniType ? z.infer<ReturnType<R['query']>> : undefined;
  readonly body: R['body'] extends () => z.ZodMiniType ? z.infer<ReturnType<R['body']>> : undefined;
  /** What the route declares that it does. */
  readonly actions: R['actions'];
  /** From the verified token. @throws BadRequest on a public route. */
  readonly officer: () => Officer;
  readonly idempotencyKey: string;
  /** Digest of route, parameters and body: what a repeat of the key must equal. */
  readonly fingerprint: string;
  /** The version that the caller read (If-Match). */
  readonly expectedVersion: number;
  /** Where the request came from; for counting failed attempts, never to be stored or logged as it is. */
  readonly callerAddress: string;
}

/** What an implementation answers. `version` becomes the ETag. */
export interface Result {
  readonly body: object;
  readonly version?: number;
  readonly replayed?: boolean;
}

/** A file instead of JSON. */
export interface FileResult {
  readonly file: {
    readonly contentType: string;
    /** Shown to people; may be Chinese. */
    readonly name: string;
    /** `inline` only for what cannot run anything. */
    readonly disposition: 'inline' | 'attachment';
    readonly content: string | Uint8Array;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export type Implementation<R extends RouteDefinition> = (call: Call<R>) => Promise<Result | FileResult>;

/** Made at the first request and kept: zod compiles a schema when it first parses with it. */
interface Schemas {
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniType;
}

interface Bound {
  readonly route: RouteDefinition;
  readonly schemas: () => Schemas;
  readonly implementation: (call: Call<RouteDefinition>) => Promise<Result | FileResult>;
}

const schemasOf = ({ query, body }: RouteDefinition): (() => Schemas) => {
  let made: Schemas | undefined;
  return () => {
    made ??= { ...(query ? { query: query() } : {}), ...(body ? { body: body() } : {}) };
    return made;
  };
};

/** Ties a route to what it does. */
export const on = <R extends RouteDefinition>(route: R, implementation: Implementation<R>): Bound => ({
  route,
  schemas: schemasOf(route),
  // The parser below makes exactly what the route's types say.
  implementation: implementation as unknown as Bound['implementation'],
});

const parse = <T extends z.ZodMiniType>(schema: T, value: unknown, where: 'body' | 'query'): z.infer<T> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BadRequest(
    'invalid-request',
    400,
    `The ${where} is not as the API describes it.`,
    fieldErrors(parsed.error.issues, where),
  );
};

/** Claims arrive as strings; roles are separated by spaces, or in brackets where a token carried a list. */
const officerOf = (event: APIGatewayProxyEventV2): Officer => {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } };
  const claims = context.authorizer?.jwt?.claims ?? {};
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : '');
  // What nobody could name in a body is nobody, and no part of a key.
  if (!officerIdPattern.test(text('sub')) || !unitIdPattern.test(text('unit')))
    throw new BadRequest('unauthorized', 401, 'The token names no officer and unit.');
  const roles = text('roles')
    .replaceAll(/[[\],]/g, ' ')
    .split(' ')
    .filter((role) => role !== '');
  const officer = { id: text('sub'), name: text('name'), unit: text('unit'), roles };
  // Before anything else: such a token learns nothing here, not even which petitions there are.
  if (knownRoles(officer).length === 0) {
    throw new BadRequest('not-your-role', 403, 'The token names no role of this system.');
  }
  return officer;
};

const keyPattern = /^[\x21-\x7e]{8,128}$/;

const idempotencyKeyOf = (route: RouteDefinition, headers: APIGatewayProxyEventV2['headers']): string => {
  if (route.write === undefined) return '';
  const key = headers['idempotency-key'];
  if (key === undefined) {
    throw new BadRequest(
      'idempotency-key-required',
      400,
      'Send an Idempotency-Key, new for every intended change, so that a repeat cannot double it.',
      [{ parameter: 'Idempotency-Key', detail: 'Required' }],
    );
  }
  if (!keyPattern.test(key)) {
    throw new BadRequest('invalid-request', 400, 'The Idempotency-Key is not valid.', [
      { parameter: 'Idempotency-Key', detail: '8 to 128 visible ASCII characters, such as a UUID' },
    ]);
  }
  return key;
};

const expectedVersionOf = (route: RouteDefinition, headers: APIGatewayProxyEventV2['headers']): number => {
  if (route.write !== 'change') return 0;
  const match = headers['if-match'];
  if (match === undefined) {
    throw new BadRequest(
      'precondition-required',
      428,
      'Send the version that you read as If-Match, e.g. If-Match: "7".',
      [{ parameter: 'If-Match', detail: 'Required' }],
    );
  }
  const version = /^"?(\d{1,9})"?$/.exec(match)?.[1];
  if (version === undefined) {
    throw new BadRequest('invalid-request', 400, 'If-Match is not valid.', [
      { parameter: 'If-Match', detail: 'A version in quotes, e.g. "7"' },
    ]);
  }
  return Number(version);
};

/** What can name nothing of ours is not there, and no key for the store. @throws BadRequest 404 */
const pathParametersOf = ({ pathParameters = {} }: APIGatewayProxyEventV2): Record<string, string | undefined> => {
  for (const [name, value] of Object.entries(pathParameters)) {
    if (!pathParameter(name).safeParse(value).success) throw new BadRequest('not-found', 404, 'There is nothing here.');
  }
  return pathParameters;
};

const fingerprintOf = (event: APIGatewayProxyEventV2, body: unknown): string =>
  createHash('sha256')
    .update(canonicalize({ route: event.routeKey, params: event.pathParameters ?? {}, body: body ?? null }) ?? '')
    .digest('base64url');

const call = (
  event: APIGatewayProxyEventV2,
  { route, schemas, implementation }: Bound,
  budgets: Budgets,
): Promise<Result | FileResult> => {
  const officer = route.public ? undefined : officerOf(event);
  const address = callerAddress(event);
  if (officer) budgets.spend(route.method === 'GET' ? 'read' : 'write', officer.id);
  else budgets.spend('public', address);
  checkLength(event);
  const params = pathParametersOf(event);
  const idempotencyKey = idempotencyKeyOf(route, event.headers);
  const expectedVersion = expectedVersionOf(route, event.headers);
  const { query: querySchema, body: bodySchema } = schemas();
  const query = querySchema && parse(querySchema, event.queryStringParameters ?? {}, 'query');
  const body = bodySchema && parse(bodySchema, jsonBody(event), 'body');
  return implementation({
    actions: route.actions as never,
    params: params as never,
    query: query as never,
    body: body as never,
    officer: () => {
      if (!officer) throw new Error('A public route has no officer.');
      return officer;
    },
    idempotencyKey,
    fingerprint: fingerprintOf(event, body),
    expectedVersion,
    callerAddress: address,
  });
};

/** RFC 6266 with the extended notation of RFC 8187; clients that do not know it get plain letters. */
const contentDisposition = (disposition: 'inline' | 'attachment', name: string): string => {
  const plain = name.replaceAll(/[^\w.-]+/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${disposition}; filename="${plain}"; filename*=UTF-8''${encoded}`;
};

const fileResponse = ({ file }: FileResult): APIGatewayProxyStructuredResultV2 => {
  const { contentType, name, disposition, content, headers = {} } = file;
  const binary = typeof content !== 'string';
  return {
    statusCode: 200,
    headers: {
      ...securityHeaders,
      'content-type': contentType,
      'content-disposition': contentDisposition(disposition, name),
      ...headers,
    },
    body: binary ? Buffer.from(content).toString('base64') : content,
    isBase64Encoded: binary,
  };
};

/** Lambda handler for the routes of one actor. Errors leave as RFC 9457 problems; a 5xx tells the log, not the client. */
export const httpApi = (bounds: readonly Bound[], budgets: Budgets = createBudgets()) => {
  const byKey = new Map(bounds.map((bound) => [routeKey(bound.route), bound]));
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use({
      onError: (request) => {
        const problem = toProblem(request.error);
        if (problem.status >= 500) {
          const { routeKey: route } = request.event;
          console.error({ message: 'Request failed', route, error: logged(request.error) });
        }
        request.response = problemResponse(problem);
      },
    })
    .handler(async (event) => {
      const bound = byKey.get(event.routeKey);
      if (!bound) throw new BadRequest('not-found', 404, 'There is nothing here.');
      const result = await call(event, bound, budgets);
      if ('file' in result) return fileResponse(result);
      const { body, version, replayed } = result;
      return {
        statusCode: bound.route.status ?? 200,
        headers: {
          ...securityHeaders,
          'content-type': 'application/json',
          ...(version === undefined ? {} : { etag: `"${String(version)}"` }),
          ...(replayed ? { 'idempotency-replayed': 'true' } : {}),
        },
        body: JSON.stringify(body),
      };
    });
};
