import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../functions/reference/openapi.ts';
import { allRoutes } from '../../../functions/routes.ts';
import { maximumBodyBytes } from '../../../functions/shared/json-body.ts';
import { largest, type OpenApi, type Schema, walk } from '../../support/json-schema.ts';

const { paths } = openApiDocument(allRoutes, 'https://issuer.example') as OpenApi;
const operations = Object.entries(paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);
const bodies = operations.flatMap(({ name, operation }) => {
  const schema = operation.requestBody?.content['application/json'].schema;
  return schema === undefined ? [] : [{ name, schema }];
});

/** Free text: what people write. Everything else is an identifier, a code, a day, an instant or a number. */
const isBounded = (schema: Schema): string | undefined => {
  if (schema.oneOf || schema.anyOf || schema.const !== undefined) return undefined;
  switch (schema.type) {
    case 'string':
      if (schema.enum) return undefined;
      if (schema.maxLength === undefined) return 'has no maxLength';
      return schema.pattern === undefined ? 'has no pattern' : undefined;
    case 'array':
      return schema.maxItems === undefined ? 'has no maxItems' : undefined;
    case 'integer':
    case 'number':
      if (schema.enum) return undefined;
      return Math.abs(schema.minimum ?? Infinity) <= 1e9 && Math.abs(schema.maximum ?? Infinity) <= 1e9
        ? undefined
        : 'has no bounds';
    case 'object':
      return schema.additionalProperties === false ? undefined : 'takes fields that it does not name';
    case 'boolean':
      return undefined;
    default:
      return 'takes anything';
  }
};

describe('what the API takes', () => {
  it('is bounded in every field of every body', () => {
    expect(bodies.length).toBeGreaterThan(60);
    const faults = bodies.flatMap(({ name, schema }) =>
      [...walk(schema)].flatMap(({ at, schema: one }) => {
        const fault = isBounded(one);
        return fault === undefined ? [] : [`${name} ${at} ${fault}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  it('is bounded in every parameter of path, query and header', () => {
    const faults = operations.flatMap(({ name, operation }) =>
      operation.parameters.flatMap((parameter) => {
        const fault = parameter.schema.type === 'string' ? isBounded(parameter.schema) : 'is no string';
        return fault === undefined ? [] : [`${name} ${parameter.in} ${parameter.name} ${fault}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  it('is what its schema describes: patterns are the same to every reader', () => {
    for (const { schema } of bodies) {
      for (const { at, schema: one } of walk(schema)) {
        if (one.pattern !== undefined) expect(() => new RegExp(one.pattern ?? '', 'u'), at).not.toThrow();
      }
    }
  });

  it('names each fault that it can have', () => {
    expect(isBounded({ type: 'string', maxLength: 3 })).toBeDefined();
    expect(isBounded({ type: 'string', pattern: 'a' })).toBeDefined();
    expect(isBounded({ type: 'array' })).toBeDefined();
    expect(isBounded({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })).toBeDefined();
    expect(isBounded({ type: 'object' })).toBeDefined();
    expect(isBounded({})).toBeDefined();
  });
});

describe('the largest body', () => {
  it.each(bodies)('of $name is taken by its own schema', ({ name, schema }) => {
    const route = allRoutes.find(({ method, path }) => `${method} ${path}` === name);
    const parsed = route?.body?.().safeParse(largest(schema));
    expect(parsed?.error?.issues).toBeUndefined();
  });

  it('of most routes is below what a body may have; for the rest the limit of a body is the bound', () => {
    const over = bodies
      .filter(({ schema }) => Buffer.byteLength(JSON.stringify(largest(schema))) > maximumBodyBytes)
      .map(({ name }) => name)
      .sort();
    expect(over).toEqual([
      'POST /assemblies/{assembly}/questions/{question}/promotion',
      'POST /centres/{centre}/intakes',
      'POST /needs/{need}/promotion',
      'POST /petitions',
      'POST /petitions/{number}/agreements',
      'POST /petitions/{number}/opinions',
    ]);
  });

  it('fits an item of DynamoDB when it is stored encrypted in base64, with all that stands beside it', () => {
    const itemBytes = 400 * 1024;
    // A nonce, a tag and a name for each encrypted field; no body has a thousand.
    const beside = 1000 * 100;
    expect((maximumBodyBytes * 4) / 3 + beside).toBeLessThan(itemBytes);
  });
});
