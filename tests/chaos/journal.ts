/**
 * Clients that a network fails now and then: what was not answered is sent again under the same key until there is an
 * answer, and everything that was sent stands in a journal, to be held against the record afterwards.
 */

import type { Answer, Caller } from '../../local/api-client.ts';
import { ApiProblem } from '../../local/api-client.ts';
import type { Random } from './random.ts';

/** One intended change. */
export interface Write {
  readonly key: string;
  /** Absent: the petitioner. */
  readonly identity: string | undefined;
  readonly path: string;
  readonly body: object;
  readonly ifMatch: number | undefined;
  attempts: number;
  /** Attempts that ended without an answer: nobody knows whether they took place. */
  cut: number;
  /** `done`: acknowledged. `refused`: nothing may have been written. `given-up`: never sent again after a cut. */
  outcome: 'pending' | 'done' | 'refused' | 'given-up';
  answer?: Answer;
  /** The answer was that of an earlier attempt. */
  replayed: boolean;
}

/** The client gave up after an attempt without an answer, as people do. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

export interface JournalOptions {
  readonly baseUrl: string;
  readonly tokens: ReadonlyMap<string, string>;
  readonly random: Random;
  /** Share of writes that are not sent again after an attempt without an answer. */
  readonly giveUp: number;
  /** Resolves when it is worth to try again. */
  readonly ready: () => Promise<void>;
}

export class Journal {
  readonly writes: Write[] = [];
  /** Answers by status, refusals and failures included. */
  readonly statuses = new Map<number, number>();
  /** 5xx answers that say something else than "try again". */
  readonly failures: string[] = [];
  readonly #options: JournalOptions;
  #inFlight = 0;
  #onAcknowledged: () => void = () => {};

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Writes that wait for an answer at this moment. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Resolves after so many more acknowledged writes, or when the time is over. */
  acknowledged(count: number, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      let left = count;
      const end = (): void => {
        clearTimeout(timer);
        this.#onAcknowledged = () => {};
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#onAcknowledged = () => {
        left -= 1;
        if (left <= 0) end();
      };
    });
  }

  /** Somebody at the API; the same interface as that of a client who is never disturbed. */
  as(identity?: string): Caller {
    const get = async (path: string): Promise<Answer> => {
      for (;;) {
        const reply = await this.#send(identity, path, {});
        if (typeof reply !== 'object') await this.#options.ready();
        else if (reply.status < 400) return reply.body;
        else throw new ApiProblem(reply.status, reply.body);
      }
    };
    const post: Caller['post'] = (path, body, options = {}) => this.#write(identity, path, body, options.ifMatch);
    const changeAt = async (resource: string, action: string, body: object): Promise<Answer> => {
      for (;;) {
        const { version } = await get(resource);
        try {
          return await post(`${resource}/${action}`, body, { ifMatch: version });
        } catch (error) {
          if (!(error instanceof ApiProblem && error.code === 'stale-version')) throw error;
        }
      }
    };
    return {
      get,
      post,
      change: (number, action, body = {}) => changeAt(`/petitions/${number}`, action, body),
      changeSession: (id, action, body = {}) => changeAt(`/reception-sessions/${id}`, action, body),
    };
  }

  async #write(identity: string | undefined, path: string, body: object, ifMatch: number | undefined): Promise<Answer> {
    const { random, giveUp, ready } = this.#options;
    const key = `chaos-${String(this.writes.length)}-${String(random.below(2 ** 31))}`;
    const write: Write = {
      key,
      identity,
      path,
      body,
      ifMatch,
      attempts: 0,
      cut: 0,
      outcome: 'pending',
      replayed: false,
    };
    this.writes.push(write);
    const patient = !random.chance(giveUp);
    for (;;) {
      write.attempts += 1;
      this.#inFlight += 1;
      const reply = await this.#send(identity, path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
        },
        body: JSON.stringify(body),
      }).finally(() => {
        this.#inFlight -= 1;
      });
      if (reply === 'cut' || reply === 'failed') {
        write.cut += 1;
        if (!patient) {
          write.outcome = 'given-up';
          throw new GaveUp(key);
        }
        await ready();
      } else if (reply.status < 300) {
        Object.assign(write, { outcome: 'done', answer: reply.body, replayed: reply.replayed });
        this.#onAcknowledged();
        return reply.body;
      } else {
        write.outcome = 'refused';
        throw new ApiProblem(reply.status, reply.body);
      }
    }
  }

  async #send(
    identity: string | undefined,
    path: string,
    init: RequestInit,
  ): Promise<{ status: number; body: Answer; replayed: boolean } | 'cut' | 'failed'> {
    const { baseUrl, tokens } = this.#options;
    const headers = new Headers(init.headers);
    if (identity !== undefined) headers.set('authorization', `Bearer ${tokens.get(identity) ?? ''}`);
    let response: Response;
    let text: string;
    try {
      response = await fetch(baseUrl + path, { ...init, headers });
      text = await response.text();
    } catch {
      return 'cut';
    }
    const { status } = response;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status === 429 || status >= 500) {
      if (status !== 503 && status !== 429)
        this.failures.push(`${init.method ?? 'GET'} ${path}: ${String(status)} ${text}`);
      return 'failed';
    }
    return {
      status,
      body: text === '' ? undefined : JSON.parse(text),
      replayed: response.headers.get('idempotency-replayed') === 'true',
    };
  }
}
