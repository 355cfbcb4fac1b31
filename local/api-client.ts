import { randomUUID } from 'node:crypto';
import { signIn } from './sign-in.ts';

/** A problem answer of the API, as an error. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly problem: { readonly type?: string; readonly detail?: string; readonly currentVersion?: number };

  constructor(status: number, problem: ApiProblem['problem']) {
    super(`${String(status)} ${problem.type ?? ''} ${problem.detail ?? ''}`);
    this.status = status;
    this.problem = problem;
    this.code = problem.type?.split(':').at(-1) ?? '';
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field by demonstrations and tests
export type Answer = any;

export interface RequestOptions {
  readonly ifMatch?: number;
  readonly key?: string;
}

/** Somebody at the API: an officer with a token, or the petitioner without. */
export interface Caller {
  get(path: string): Promise<Answer>;
  /** Sends a body with a fresh Idempotency-Key unless one is given. @throws ApiProblem */
  post(path: string, body: object, options?: RequestOptions): Promise<Answer>;
  /** Changes a petition at the version that it has now; reads again when somebody else was faster. @throws ApiProblem */
  change(number: string, action: string, body?: object): Promise<Answer>;
  /** The same for a reception session. */
  changeSession(id: string, action: string, body?: object): Promise<Answer>;
}

const request = async (url: string, token: string | undefined, init: RequestInit): Promise<Response> => {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(url, { ...init, headers });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as ApiProblem['problem'];
  throw new ApiProblem(response.status, problem);
};

/** A client of the API for demonstrations, tests and measurements. Tokens are fetched once per identity. */
export class ApiClient {
  readonly baseUrl: string;
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  /** After a restart, or when a token has run out. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  token(identity: string): Promise<string> {
    const known = this.#tokens.get(identity) ?? signIn(this.baseUrl, identity);
    this.#tokens.set(identity, known);
    return known;
  }

  /** Acts as a demo identity; without one as the petitioner, without a token. */
  as(identity?: string): Caller {
    const token = () => (identity === undefined ? Promise.resolve(undefined) : this.token(identity));
    const get = async (path: string): Promise<Answer> => (await request(this.baseUrl + path, await token(), {})).json();
    const post = async (
      path: string,
      body: object,
      { ifMatch, key = randomUUID() }: RequestOptions = {},
    ): Promise<Answer> => {
      const response = await request(this.baseUrl + path, await token(), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
        },
        body: JSON.stringify(body),
      });
      return response.json();
    };
    const changeHere = (resource: string, action: string, body: object) =>
      changeAt({ get, post }, resource, action, body);
    return {
      get,
      post,
      change: (number, action, body = {}) => changeHere(`/petitions/${number}`, action, body),
      changeSession: (id, action, body = {}) => changeHere(`/reception-sessions/${id}`, action, body),
    };
  }
}

/**
 * Changes anything that has a version, at the one that it has now; reads again when somebody else was faster.
 * @param resource its path
 * @throws ApiProblem
 */
export const changeAt = async (
  { get, post }: Pick<Caller, 'get' | 'post'>,
  resource: string,
  action: string,
  body: object = {},
): Promise<Answer> => {
  for (let attempt = 1; ; attempt += 1) {
    const { version } = (await get(resource)) as { version: number };
    try {
      return await post(`${resource}/${action}`, body, { ifMatch: version });
    } catch (error) {
      if (!(error instanceof ApiProblem && error.code === 'stale-version') || attempt === 5) throw error;
    }
  }
};

/** Asks until the answer is there. @throws Error after `timeoutMs` */
export const until = async <T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 20_000): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Waits until a step stands on somebody's worklist: the state machine has come that far. */
export const untilWaiting = (caller: Caller, number: string, step: string): Promise<Answer> =>
  until(`${step} of ${number} on the worklist`, async () => {
    let cursor = '';
    do {
      const page = await caller.get(`/worklist?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const item = (page.items as Answer[]).find((each) => each.number === number && each.step === step);
      if (item) return item;
      cursor = page.cursor ?? '';
    } while (cursor !== '');
    return undefined;
  });
