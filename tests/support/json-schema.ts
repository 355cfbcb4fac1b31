/** The part of JSON Schema that the API's description uses. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: Schema }>> }>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Every schema inside one, with where it stands. */
export function* walk(schema: Schema, at = ''): Generator<{ readonly at: string; readonly schema: Schema }> {
  yield { at, schema };
  for (const [name, property] of Object.entries(schema.properties ?? {})) yield* walk(property, `${at}/${name}`);
  if (schema.items) yield* walk(schema.items, `${at}/*`);
  for (const [index, one] of [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].entries())
    yield* walk(one, `${at}|${String(index)}`);
}

export const alternatives = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? [schema];

/** The longest text of a pattern that the API uses, of Chinese characters where it allows them: three bytes each. */
const longest = ({ pattern, format, maxLength = 0, enum: words, const: word }: Schema): string => {
  if (word !== undefined) return String(word);
  if (words) return String(words.toSorted((a, b) => String(b).length - String(a).length)[0]);
  if (format === 'date') return '2026-05-11';
  if (format === 'date-time') return '2026-05-11T08:30:00.000Z';
  for (const character of ['中', 'A', '1']) {
    const text = character.repeat(maxLength);
    if (pattern === undefined || new RegExp(pattern, 'u').test(text)) return text;
    // Optional parts in front or none: a pattern may be one shorter than its schema allows.
    if (new RegExp(pattern, 'u').test(text.slice(1))) return text.slice(1);
  }
  if (pattern !== undefined && new RegExp(pattern, 'u').test('09:00')) return '09:00';
  throw new Error(`Nothing that I know fits ${String(pattern)}`);
};

/** The largest value of a schema: every field, every list full, every text as long as it may be. */
export const largest = (schema: Schema): unknown => {
  const [first] = alternatives(schema).toSorted((a, b) => sizeOf(largestOf(b)) - sizeOf(largestOf(a)));
  return largestOf(first ?? schema);
};

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const largestOf = (schema: Schema): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum && schema.type !== 'string') return schema.enum.at(-1);
  if (schema.oneOf || schema.anyOf) return largest(schema);
  switch (schema.type) {
    case 'string':
      return longest(schema);
    case 'integer':
    case 'number':
      return schema.maximum;
    case 'boolean':
      return false;
    case 'array':
      return Array.from({ length: schema.maxItems ?? 0 }, () => largest(schema.items ?? {}));
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, largest(one)]));
    default:
      throw new Error(`No value of ${JSON.stringify(schema)}`);
  }
};
