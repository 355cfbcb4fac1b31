import { randomUUID } from 'node:crypto';
import type { RouteDefinition } from '../../functions/shared/route.ts';
import { bodyFor } from './sample.ts';

/** The whole answer, as a client can see it. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Last part of the problem's type; empty when there is none. */
  readonly code: string;
}

export interface Asked {
  readonly token?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly ifMatch?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly query?: string;
}

/** What every answer has anew. */
const always = ['date', 'apigw-requestid', 'xinfang-virtual-time', 'content-length', 'connection', 'keep-alive'];

/** Asks a route with what its schemas take: parameters, a body with what is required, a new key, a version. */
export const askRoute = async (baseUrl: string, route: RouteDefinition, asked: Asked): Promise<Seen> => {
  const { token, params = {}, ifMatch = '"1"', key = randomUUID(), body = bodyFor(route), query = '' } = asked;
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '1');
  const response = await fetch(`${baseUrl}${path}${query}`, {
    method: route.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(route.body ? { 'content-type': 'application/json' } : {}),
      ...(route.write ? { 'idempotency-key': key } : {}),
      ...(route.write === 'change' && ifMatch !== '' ? { 'if-match': ifMatch } : {}),
    },
    ...(route.body ? { body: JSON.stringify(body) } : {}),
  });
  const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !always.includes(name)));
  const code = /"type":"urn:xinfang:problem:([a-z-]+)"/.exec(text)?.[1] ?? '';
  return { status: response.status, headers, body: text, code };
};

/** Runs over everything, several at a time, in no order. */
export const inParallel = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  concurrency = 12,
): Promise<void> => {
  const waiting = [...items];
  const one = async (): Promise<void> => {
    while (waiting.length > 0) await work(waiting.pop() as T);
  };
  await Promise.all(Array.from({ length: concurrency }, one));
};
