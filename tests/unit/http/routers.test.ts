import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { openApiDocument } from '../../../functions/reference/openapi.ts';
import { routesByFunction as listed } from '../../../functions/routes.ts';
import { type RouteDefinition, routeKey } from '../../../functions/shared/route.ts';
import { routesByFunction } from '../../../infra/routes.ts';
import { context } from '../../support/lambda-context.ts';

type Handler = (event: APIGatewayProxyEventV2, context: object) => Promise<APIGatewayProxyStructuredResultV2>;

/** Stands for every dependency: whatever is asked of it is answered with itself. */
const anything: unknown = new Proxy(() => anything, {
  get: (_, name) => (name === 'then' ? undefined : name === Symbol.toPrimitive ? () => '' : anything),
  apply: () => anything,
});

const handlerOf = async (name: string): Promise<Handler> => {
  const { createHandler } = (await import(join(import.meta.dirname, '../../../functions', name, 'handler.ts'))) as {
    createHandler: (...dependencies: readonly unknown[]) => Handler;
  };
  return createHandler(anything, anything);
};

/** Of nobody: a route that needs a token ends there, and one that needs none at its body or its dependencies. */
const eventOf = (key: string) =>
  ({ routeKey: key, headers: {}, requestContext: { http: { sourceIp: '127.0.0.1' } } }) as APIGatewayProxyEventV2;

describe('one list of routes', () => {
  it('is what the folders declare', () => {
    expect([...routesByFunction].filter(([, routes]) => routes.length > 0).map(([name]) => name)).toEqual(
      Object.keys(listed).toSorted(),
    );
  });

  it('is what the description of the API has, neither more nor less', () => {
    const { paths } = openApiDocument(Object.values(listed).flat(), 'https://issuer.example') as {
      paths: Record<string, Record<string, object>>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual([...routesByFunction.values()].flat().map(routeKey).sort());
    for (const path of ['/grids', '/needs', '/assemblies', '/public/assemblies'])
      expect(Object.keys(paths)).toContain(path);
  });

  it.each(
    Object.entries(listed).flatMap(([name, routes]) => routes.map((route) => [name, routeKey(route), route] as const)),
  )('%s answers %s', async (name: string, key: string, { public: open }: RouteDefinition) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const handler = await handlerOf(name);
    const { statusCode } = await handler(eventOf(key), context);
    if (open) expect(statusCode).not.toBe(404);
    else expect(statusCode).toBe(401);
    expect((await handler(eventOf(`${key}/nothing`), context)).statusCode).toBe(404);
  });
});
