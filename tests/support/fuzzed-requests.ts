/** Requests made from the API's own description: as it describes them, nearly so, and not at all. */

import fc from 'fast-check';
import { alternatives, type OpenApi, type Operation, type Schema } from './json-schema.ts';

/** What exists on the machine, so that requests meet something. */
export interface Known {
  readonly petitions: readonly { readonly number: string; readonly queryCode: string }[];
  readonly sessions: readonly string[];
  readonly notices: readonly string[];
  /** Of the rest, by the parameter that names them in an address. */
  readonly others: Readonly<Record<string, readonly string[]>>;
  readonly units: readonly string[];
  readonly officers: readonly string[];
  readonly categories: readonly string[];
  /** By name, e.g. `leader@622901007`, `expired`. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly today: string;
}

export interface Fuzzed {
  readonly kind: 'described' | 'nearly' | 'garbage';
  readonly method: string;
  readonly path: string;
  /** Route key of the operation that it was made from. */
  readonly key: string;
  readonly operation: Operation;
  readonly caller: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As sent. */
  readonly body?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  /** Wrong apart from body, query and path, so that nothing may come of it. */
  readonly broken?: string;
}

const shifted = (today: string, days: number): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

const characters = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'信访事项征地补偿aZ09 。，') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...'<>&"\'\\/{}$%;=#@|`~^',
      '\n',
      '\t',
      '\u{20000}',
      '\u{1f600}',
      '\u200b',
      '\u0301',
      '\u05d0',
    ),
  },
);

/** Text that fits a pattern of free text. */
const prose = (pattern: RegExp, minimum: number, maximum: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      {
        weight: 20,
        arbitrary: fc.string({ unit: characters, minLength: Math.max(1, minimum), maxLength: Math.min(maximum, 30) }),
      },
      { weight: 1, arbitrary: fc.constant('长'.repeat(maximum)) },
      { weight: 1, arbitrary: fc.constant('字') },
    )
    .map((text) => (pattern.test(text) ? text : '文字'.slice(0, maximum)));

const matching = new Map<string, fc.Arbitrary<string>>();
/** Text that fits a pattern, from the pattern. */
const fitting = (pattern: string, maximum: number): fc.Arbitrary<string> => {
  const regex = new RegExp(pattern, 'u');
  if (pattern.includes('(?=')) return prose(regex, 1, maximum);
  const known = matching.get(pattern) ?? fc.stringMatching(regex, { size: 'small' });
  matching.set(pattern, known);
  return known;
};

/** Arbitrary values of a schema, near to what exists. */
const valuesOf = (schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> => {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf || schema.anyOf) return fc.oneof(...alternatives(schema).map((one) => valuesOf(one, name, known)));
  switch (schema.type) {
    case 'string':
      return textOf(schema, name, known);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number': {
      const { minimum: min = 0, maximum: max = 1000 } = schema;
      return fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min, max: Math.min(max, min + 3) }) },
        { weight: 1, arbitrary: fc.integer({ min, max }) },
      );
    }
    case 'array': {
      const { minItems: least = 0, maxItems: most = 3, items = {} } = schema;
      return fc.array(valuesOf(items, name, known), { minLength: least, maxLength: Math.min(most, least + 2) });
    }
    case 'object': {
      const properties = Object.entries(schema.properties ?? {});
      return fc.record(Object.fromEntries(properties.map(([key, one]) => [key, valuesOf(one, key, known)])), {
        requiredKeys: [...(schema.required ?? [])],
      });
    }
    default:
      throw new Error(`Nothing is known of ${JSON.stringify(schema)}`);
  }
};

const mostly = <T>(usual: readonly T[], seldom: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  usual.length === 0
    ? seldom
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: seldom });

const textOf = ({ pattern = '', format, maxLength = 40 }: Schema, name: string, known: Known): fc.Arbitrary<string> => {
  if (format === 'date') {
    return fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -60, max: 60 }).map((days) => shifted(known.today, days)) },
      { weight: 1, arbitrary: fc.integer({ min: -45_000, max: 63_000 }).map((days) => shifted(known.today, days)) },
    );
  }
  if (format === 'date-time')
    return fc.integer({ min: -60, max: 1 }).map((days) => `${shifted(known.today, days)}T08:30:00Z`);
  const seldom = fitting(pattern, maxLength);
  switch (name) {
    case 'number':
    case 'earlier':
    case 'petition':
      return mostly(
        known.petitions.map(({ number }) => number),
        seldom,
      );
    case 'session':
      return mostly(known.sessions, seldom);
    case 'category':
      return mostly(known.categories, seldom);
    case 'grid':
      return mostly(known.others.grid ?? [], seldom);
  }
  if (pattern === '^[0-9A-Za-z-]{1,40}$') return mostly(known.units, seldom);
  if (pattern === '^[\\w.@:|-]{1,100}$') return mostly(known.officers, seldom);
  return seldom;
};

/** A valid body with the credentials of one petition in it, if it has any. */
const withCredentials = (body: unknown, petition: Known['petitions'][number] | undefined): unknown =>
  petition && typeof body === 'object' && body !== null && 'queryCode' in body
    ? { ...body, number: petition.number, queryCode: petition.queryCode }
    : body;

const wrongValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  '',
  ' ',
  '\u3000',
  'x'.repeat(30_000),
  'a\u0000b',
  'a\u0007b',
  'a\u202eb',
  '\ufffd',
  '\ud800',
  '\uffff',
  '__proto__',
  "' OR '1'='1",
  '$(id)',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '9999-12-31',
  '0000-00-00',
  '2026-02-30',
  [],
  {},
  [[[[]]]],
  { $ne: null },
  { S: 'x' },
  { toString: 1 },
  Array.from({ length: 300 }, () => 'x'),
];

/** One place of a value changed. @param pick chooses places and changes */
const mutated = (value: unknown, pick: readonly number[]): unknown => {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const copy = structuredClone({ value }) as Record<string, unknown>;
  const collect = (holder: Record<string, unknown>): void => {
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      const inside = holder[key];
      if (typeof inside === 'object' && inside !== null) collect(inside as Record<string, unknown>);
    }
  };
  collect(copy);
  const [where = 0, how = 0, what = 0] = pick;
  const place = places[where % places.length];
  if (!place) return value;
  const { holder, key } = place;
  const other = structuredClone(wrongValues[what % wrongValues.length]);
  switch (how % 4) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else if (holder !== copy) delete holder[key];
      break;
    case 1:
      if (typeof holder[key] === 'object' && holder[key] !== null && !Array.isArray(holder[key]))
        Object.assign(holder[key], { extra: other });
      else holder[key] = [holder[key], other];
      break;
    default:
      holder[key] = other;
  }
  return copy.value;
};

const badPieces: readonly string[] = [
  '.',
  '..',
  '%2e%2E',
  '%00',
  '%2e%2e%2f',
  '..%5c',
  '%ff%fe',
  'x'.repeat(4000),
  '622901007-20260101-AAAAAA%0d%0aX: y',
  '%F0%9F%98%80',
  "1'%20OR%20'1'='1",
  '-1',
  '0',
  '1e9',
  '99999999999',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'HEAD',
  '%23',
  '*',
];

/**
 * The request as it arrives: `.` and `..` in an address, written so or as `%2e`, are steps, and whoever follows them comes to
 * another route, which is then the one that answers, or to none.
 */
export const arriving = (request: Fuzzed, { paths }: OpenApi): Fuzzed => {
  const path = new URL(request.path, 'http://localhost').pathname;
  if (path === request.path) return request;
  const parts = path.split('/');
  for (const [template, byMethod] of Object.entries(paths)) {
    const operation = byMethod[request.method.toLowerCase()];
    const segments = template.split('/');
    if (operation === undefined || segments.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = segments.every((segment, index) => {
      const part = parts[index] ?? '';
      if (!segment.startsWith('{')) return segment === part;
      params[segment.slice(1, -1)] = safeDecode(part);
      return part !== '';
    });
    if (fits) return { ...request, kind: 'nearly', path, operation, params, key: `${request.method} ${template}` };
  }
  return { ...request, kind: 'garbage', path, params: {}, broken: 'path' };
};

interface Seeds {
  readonly kind: number;
  readonly caller: number;
  readonly petition: number;
  readonly picks: readonly number[];
  readonly twist: number;
  readonly key: string;
  readonly version: number;
  readonly junk: string;
}

const seeds: fc.Arbitrary<Seeds> = fc.record({
  kind: fc.nat(99),
  caller: fc.nat(),
  petition: fc.nat(),
  picks: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
  twist: fc.nat(999),
  key: fc.uuid(),
  version: fc.nat(9),
  junk: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.json({ maxDepth: 3 }),
    fc.constantFrom('', '{', '[]', 'null', '"', '{"a":1,}', '[1,2', 'NaN', '{"__proto__":{"x":1}}', '['.repeat(5000)),
  ),
});

const twists: readonly [name: string, twist: (request: Fuzzed, junk: string, pick: number) => Fuzzed][] = [
  ['no key', (request) => without(request, 'idempotency-key')],
  ['short key', (request) => having(request, 'idempotency-key', 'short')],
  ['long key', (request) => having(request, 'idempotency-key', 'k'.repeat(200))],
  ['no version', (request) => without(request, 'if-match')],
  ['any version', (request) => having(request, 'if-match', '*')],
  ['huge version', (request) => having(request, 'if-match', '"99999999999999999999"')],
  ['other type', (request) => having(request, 'content-type', 'text/plain')],
  ['other charset', (request) => having(request, 'content-type', 'application/json; charset=utf-16')],
  ['compressed', (request) => having(request, 'content-encoding', 'gzip')],
  [
    'name twice',
    (request) =>
      request.body?.startsWith('{"')
        ? { ...request, body: `${request.body.slice(0, -1)},${request.body.slice(1)}` }
        : request,
  ],
  [
    'a prototype',
    (request) =>
      request.body?.startsWith('{"')
        ? { ...request, body: `{"__proto__":{"admin":true},${request.body.slice(1)}` }
        : request,
  ],
  ['cut off', (request) => (request.body === undefined ? request : { ...request, body: request.body.slice(0, -1) })],
  ['unknown parameter', (request) => ({ ...request, query: { ...request.query, admin: 'true' } })],
];

const having = (request: Fuzzed, name: string, value: string): Fuzzed => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});
const without = (request: Fuzzed, name: string): Fuzzed => {
  const { [name]: _, ...headers } = request.headers;
  return { ...request, headers };
};

/** Whether a header that is wrong matters to this operation. */
const concerns = (name: string, { parameters, requestBody }: Operation): boolean => {
  const has = (header: string) => parameters.some((one) => one.in === 'header' && one.name === header);
  if (name.endsWith('key')) return has('Idempotency-Key');
  if (name.endsWith('version')) return has('If-Match');
  if (name === 'unknown parameter') return parameters.some((one) => one.in === 'query');
  return requestBody !== undefined;
};

/** Requests for every operation of the description alike. */
export const requestsOf = (document: OpenApi, known: Known): fc.Arbitrary<Fuzzed> => {
  const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const callers = Object.keys(known.tokens);
  return fc.oneof(
    ...operations.map(({ path, method, operation }) => {
      const bodySchema = operation.requestBody?.content['application/json'].schema;
      const body = bodySchema === undefined ? fc.constant(undefined) : valuesOf(bodySchema, '', known);
      const parameters = operation.parameters.filter((one) => one.in !== 'header' && one.name !== 'cursor');
      const values = fc.record(
        Object.fromEntries(parameters.map((one) => [one.name, parameterOf(one.name, one.schema, path, known)])),
        { requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name) },
      ) as fc.Arbitrary<Record<string, string>>;
      return fc.tuple(seeds, body, values).map(([seed, value, given]): Fuzzed => {
        const petition = seed.petition % 4 === 0 ? undefined : known.petitions[seed.petition % known.petitions.length];
        const inPath = new Set(parameters.filter((one) => one.in === 'path').map(({ name }) => name));
        const params = Object.fromEntries(Object.entries(given).filter(([name]) => inPath.has(name)));
        if (petition && inPath.has('number')) params.number = petition.number;
        const query = Object.fromEntries(Object.entries(given).filter(([name]) => !inPath.has(name)));
        const caller = callers[seed.caller % callers.length] ?? '';
        const described: Fuzzed = {
          kind: 'described',
          method,
          key: `${method} ${path}`,
          path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? '')),
          operation,
          caller,
          params,
          query,
          headers: {
            ...(value === undefined ? {} : { 'content-type': 'application/json' }),
            'idempotency-key': seed.key,
            'if-match': `"${String(seed.version)}"`,
          },
          ...(value === undefined ? {} : { body: JSON.stringify(withCredentials(value, petition)) }),
        };
        if (seed.kind < 45) return described;
        return arriving(seed.kind < 85 ? nearly(described, seed, value) : garbage(described, seed), document);
      });
    }),
  );
};

const parameterOf = (name: string, schema: Schema, path: string, known: Known): fc.Arbitrary<unknown> => {
  if (name === 'id') {
    const exist = path.startsWith('/reception-sessions') ? known.sessions : known.notices;
    return mostly(exist, fitting(schema.pattern ?? '', 20));
  }
  const others = known.others[name];
  if (others) return mostly(others, fitting(schema.pattern ?? '', 20));
  if (schema.pattern === '^[1-9]\\d{0,4}$') return fc.constantFrom('1', '2', '99999');
  return valuesOf(schema, name, known);
};

const nearly = (request: Fuzzed, { twist, picks, junk }: Seeds, value: unknown): Fuzzed => {
  const kind = 'nearly' as const;
  if (request.body !== undefined && twist % 3 !== 0) {
    const { number, queryCode } = JSON.parse(request.body) as { number?: string; queryCode?: string };
    const valid = queryCode === undefined ? value : { ...(value as object), number, queryCode };
    return { ...request, kind, body: JSON.stringify(mutated(valid, picks)) };
  }
  const [first = 0] = picks;
  if (twist % 5 === 0 && Object.keys(request.params).length > 0) {
    const names = Object.keys(request.params);
    const name = names[first % names.length] ?? '';
    const piece = badPieces[twist % badPieces.length] ?? '';
    const path = request.path.replace(encodeURIComponent(request.params[name] ?? ''), piece);
    return { ...request, kind, path, params: { ...request.params, [name]: safeDecode(piece) } };
  }
  const [name, change] = twists[first % twists.length] ?? ['', (same: Fuzzed) => same];
  const changed = change(request, junk, twist);
  const broken = concerns(name, request.operation) && changed !== request;
  return { ...changed, kind, ...(broken ? { broken: name } : {}) };
};

const safeDecode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'];

const garbage = (request: Fuzzed, { twist, junk, picks }: Seeds): Fuzzed => {
  const kind = 'garbage' as const;
  const [first = 0] = picks;
  switch (twist % 4) {
    case 0: {
      const method = methods[first % methods.length] ?? 'PUT';
      const { body, ...rest } = request;
      return {
        ...rest,
        kind,
        method,
        ...(method === 'GET' || method === 'HEAD' || body === undefined ? {} : { body }),
      };
    }
    case 1:
      return {
        ...request,
        kind,
        path: `/${encodeURIComponent(junk.toWellFormed().slice(0, 200))}`,
        broken: 'path',
        params: {},
      };
    case 2: {
      const text = junk.toWellFormed().slice(0, 200);
      return { ...request, kind, query: { ...request.query, [`q${text}`]: text, cursor: text, limit: text } };
    }
    default:
      return request.body === undefined ? { ...request, kind } : { ...request, kind, body: junk };
  }
};
