import * as z from 'zod/mini';
import { legalDay } from '../../domain/calendar/calendar.ts';
import type { RouteDefinition } from '../../functions/shared/route.ts';

type Schema = Record<string, unknown>;

/** Texts for the patterns that the API's schemas have. */
const texts = [
  '演示',
  legalDay(new Date().toISOString()),
  new Date().toISOString(),
  '622901-zrzy',
  'receptionist',
  '622901007-20260101-ZZZZZZ',
  '09:00',
  '0301',
  'ABCDEFGHJKMN',
  '13800000000',
  '0'.repeat(64),
  '1',
];

/** Something that a JSON schema allows: what is required and nothing else. @throws Error for a schema of another kind */
export const sample = (schema: Schema): unknown => {
  const [first] = (schema.anyOf ?? schema.oneOf ?? []) as Schema[];
  if (first) return sample(first);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (schema.type) {
    case 'object': {
      const properties = (schema.properties ?? {}) as Record<string, Schema>;
      const required = (schema.required ?? []) as string[];
      return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]));
    }
    case 'array':
      return Array.from({ length: (schema.minItems as number | undefined) ?? 0 }, () => sample(schema.items as Schema));
    case 'integer':
    case 'number':
      return Math.max(1, (schema.minimum as number | undefined) ?? 1);
    case 'boolean':
      return true;
    case 'string': {
      const patterns = [schema.pattern, ...((schema.allOf ?? []) as Schema[]).map(({ pattern }) => pattern)].filter(
        (pattern): pattern is string => typeof pattern === 'string',
      );
      const found = texts.find(
        (text) =>
          text.length >= ((schema.minLength as number | undefined) ?? 0) &&
          text.length <= ((schema.maxLength as number | undefined) ?? 1e9) &&
          patterns.every((pattern) => new RegExp(pattern, 'u').test(text)),
      );
      if (found !== undefined) return found;
      throw new Error(`No text for ${JSON.stringify(schema)}`);
    }
    default:
      throw new Error(`No sample of ${JSON.stringify(schema)}`);
  }
};

/** A body that the route's schema takes; `undefined` for a route without one. */
export const bodyFor = ({ body }: Pick<RouteDefinition, 'body'>): unknown =>
  body && sample(z.toJSONSchema(body(), { io: 'input', unrepresentable: 'any' }) as Schema);

/** A query string with what the route's schema requires. */
export const queryFor = ({ query }: Pick<RouteDefinition, 'query'>): string =>
  query
    ? `?${new URLSearchParams(sample(z.toJSONSchema(query(), { io: 'input', unrepresentable: 'any' }) as Schema) as Record<string, string>)}`
    : '';
