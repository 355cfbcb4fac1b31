/** Requests as they are, for tests of what the API answers; `local/api-client.ts` is for tests of what follows. */

import { randomUUID } from 'node:crypto';

export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly detail?: string;
  readonly currentVersion?: number;
  readonly errors?: readonly { readonly pointer?: string; readonly parameter?: string; readonly detail: string }[];
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read field by field
  readonly body: any;
  /** Last part of the problem's type; empty when there is none. */
  readonly code: string;
}

export interface Sent {
  readonly token?: string;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly ifMatch?: number;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a POST when there is a body, else a GET. */
export async function send(url: string, { token, body, ifMatch, key, headers }: Sent = {}): Promise<Reply> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key ?? randomUUID() }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = text === '' ? undefined : JSON.parse(text);
  const type = typeof parsed?.type === 'string' ? (parsed.type as string) : '';
  return { status: response.status, headers: response.headers, body: parsed, code: type.split(':').at(-1) ?? '' };
}
