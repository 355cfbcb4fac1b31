/** API Gateway's payload format 2.0, both ways. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from './intrinsics.ts';
import { ACCOUNT } from './template.ts';

export interface RequestParts {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>> | undefined;
  readonly requestId: string;
}

/** Event of one request. */
export function eventOf({ request, url, body, routeKey, parameters, claims, requestId }: RequestParts): object {
  const { cookie, ...headers } = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(',')]),
  );
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) query[name] = name in query ? `${query[name]},${value}` : value;
  const isText = /^text\/|[/+](json|xml|javascript|x-www-form-urlencoded)\b/.test(
    headers['content-type'] ?? 'text/plain',
  );
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie && { cookies: cookie.split(';').map((one) => one.trim()) }),
    headers,
    ...(url.search.length > 1 && { queryStringParameters: query }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
      domainName: url.host,
      domainPrefix: url.hostname,
      http: {
        method: request.method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Sends what a function answered. */
export function sendResult(result: Json, response: ServerResponse): void {
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  // A function may answer with a bare value: API Gateway makes it the body.
  const { statusCode, headers, cookies, body, isBase64Encoded } = (
    isObject && 'statusCode' in result
      ? result
      : { statusCode: 200, body: typeof result === 'string' ? result : JSON.stringify(result) }
  ) as JsonObject;
  response.statusCode = Number(statusCode);
  response.setHeader('content-type', 'application/json');
  for (const [name, value] of Object.entries((headers ?? {}) as JsonObject)) response.setHeader(name, String(value));
  if (Array.isArray(cookies)) response.setHeader('set-cookie', cookies.map(String));
  const text = body === undefined || body === null ? '' : String(body);
  response.end(isBase64Encoded === true ? Buffer.from(text, 'base64') : text);
}

/** Claims as API Gateway hands them on: every value a string. */
export function claimStrings(claims: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
