import * as z from 'zod/mini';
import { type RouteDefinition, routeKey } from '../shared/route.ts';
import { pathParameter } from '../shared/schemas.ts';

const json = (schema: unknown) => ({ 'application/json': { schema } });

const problem = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', description: 'urn:xinfang:problem:<code>; see docs/problems.md' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    basis: { type: 'string', description: 'Article: R = 信访工作条例, M = 人民调解法' },
    currentVersion: { type: 'integer' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'RFC 6901, into the body' },
          parameter: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

/** What a route answers: JSON, or files, which OpenAPI 3.1 describes by their media type alone. */
const contentOf = (response: RouteDefinition['response']): object =>
  'files' in response
    ? Object.fromEntries(
        response.files.map((type) => [type, type.startsWith('text/') ? { schema: { type: 'string' } } : {}]),
      )
    : json(schemaOf(response(), 'output'));

const parametersOf = (route: RouteDefinition): object[] => {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(pathParameter(name ?? ''), 'input'),
  }));
  const query = route.query ? schemaOf(route.query(), 'input') : {};
  const required = new Set((query.required as string[] | undefined) ?? []);
  const inQuery = Object.entries((query.properties as Record<string, object> | undefined) ?? {}).map(
    ([name, schema]) => ({
      name,
      in: 'query',
      required: required.has(name),
      schema,
    }),
  );
  const headers = [
    ...(route.write === undefined
      ? []
      : [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            schema: { type: 'string', pattern: '^[\\x21-\\x7e]{8,128}$', maxLength: 128 },
            description: 'New for every intended change; a repeat with the same key gets the first answer',
          },
        ]),
    ...(route.write === 'change'
      ? [
          {
            name: 'If-Match',
            in: 'header',
            required: true,
            schema: { type: 'string', pattern: '^"?[0-9]{1,9}"?$', maxLength: 11 },
            description: 'The version that was read, e.g. "7"',
            example: '"1"',
          },
        ]
      : []),
  ];
  return [...inPath, ...inQuery, ...headers];
};

const refusalsOf = (route: RouteDefinition): Record<string, object> => {
  const reasons: [string, string][] = [
    ['400', 'The request is not valid'],
    ...(route.public
      ? []
      : ([
          ['401', 'No valid token'],
          ['403', 'Not for this officer'],
        ] as [string, string][])),
    ['404', 'There is none, or none that you may know of'],
    ...(route.body
      ? ([
          ['413', 'The body is too large'],
          ['415', 'The body is not application/json in UTF-8'],
        ] as [string, string][])
      : []),
    ...(route.write === undefined
      ? []
      : ([
          ['409', 'Not the step, decided already, or out of time'],
          ['412', 'Changed by somebody else; carries the current version'],
          ['422', 'A rule does not allow it'],
        ] as [string, string][])),
    ...(route.write === 'change' ? ([['428', 'If-Match is missing']] as [string, string][]) : []),
    ['429', 'Too much at once, or too many wrong query codes; see Retry-After'],
    ['500', 'A fault of ours'],
    ['503', 'Try again; see Retry-After'],
  ];
  return Object.fromEntries(
    reasons.map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    ]),
  );
};

const operationOf = (route: RouteDefinition): object => ({
  operationId: routeKey(route)
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .replace(/-$/, ''),
  tags: [route.tag],
  summary: route.summary,
  ...(route.description === undefined ? {} : { description: route.description }),
  ...(route.public ? { security: [] } : {}),
  parameters: parametersOf(route),
  ...(route.body ? { requestBody: { required: true, content: json(schemaOf(route.body(), 'input')) } } : {}),
  responses: {
    [String(route.status ?? 200)]: {
      description: 'Done',
      content: contentOf(route.response),
      ...(route.write === 'change' || route.write === 'create'
        ? { headers: { ETag: { schema: { type: 'string' }, description: 'The new version' } } }
        : {}),
    },
    ...refusalsOf(route),
  },
});

/** OpenAPI 3.1 document of all routes. `issuer`: the OpenID provider whose tokens the API takes. */
export const openApiDocument = (routes: readonly RouteDefinition[], issuer: string): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Xinfang 信访',
      version: '0.1.0',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Petition-and-visit work. Writes take an Idempotency-Key; changes of what exists take the version that was read as If-Match. Days are legal days in Asia/Shanghai, instants are RFC 3339 UTC.',
    },
    servers: [{ url: '/' }],
    security: [{ openId: [] }],
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        openId: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: `${issuer}/auth`,
              tokenUrl: `${issuer}/token`,
              scopes: { openid: 'Sign in' },
            },
          },
        },
      },
    },
  };
};
