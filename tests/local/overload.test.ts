import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, until, untilWaiting } from '../../local/api-client.ts';
import { Busy, Places, tokenBucket, WAITING_AT_MOST } from '../../local/overload.ts';
import { checkChains, checkExecutions, headsOf, readTables } from '../chaos/check.ts';
import { send } from '../support/http.ts';
import { type LocalMachine, startLocalMachine } from '../support/local-machine.ts';
import { registration } from '../support/story.ts';

describe('a function with more callers than places', () => {
  it('refuses the impatient beyond its queue, lets the patient wait, and serves in the order of arrival', async () => {
    const places = new Places(2);
    const served: number[] = [];
    const ends: (() => void)[] = [];
    const call = (index: number, impatient: boolean) =>
      places.work(impatient, () => {
        served.push(index);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const admitted = Array.from({ length: 2 + WAITING_AT_MOST }, (_, index) => call(index, true));
    await expect(call(900, true)).rejects.toBeInstanceOf(Busy);
    const patient = call(901, false);
    for (let ended = 0; ended < admitted.length + 1; ended += 1) {
      await until('a place', async () => (ends.length > ended ? true : undefined));
      ends[ended]?.();
    }
    await Promise.all([...admitted, patient]);
    expect(served).toEqual([...admitted.keys(), 901]);
  });

  it('has its place back after a failure', async () => {
    const places = new Places(1);
    await expect(places.work(true, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await places.work(true, async () => 'yes')).toBe('yes');
  });
});

describe('the throttle', () => {
  it('lets a burst pass, then so many per second', () => {
    let now = 0;
    const take = tokenBucket(10, 3, () => now);
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    now = 100;
    expect([take(), take()]).toEqual([true, false]);
    now = 10_000;
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  });
});

interface Asked {
  readonly status: number;
  readonly milliseconds: number;
  readonly key: string;
  readonly retryAfter: string | undefined;
  readonly number: string | undefined;
}

/** A burst through so many connections, each as fast as it is answered. */
async function burst(baseUrl: string, token: string, requests: number, connections: number): Promise<Asked[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = JSON.stringify(registration());
  const ask = (key: string): Promise<Asked> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const sent = request(
        `${baseUrl}/petitions`,
        {
          agent,
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              milliseconds: performance.now() - began,
              key,
              retryAfter: response.headers['retry-after'],
              number: JSON.parse(text).number,
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  let left = requests;
  const asked: Asked[] = [];
  const connection = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      asked.push(await ask(randomUUID()));
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return asked;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

describe('a burst of 2,000 registrations over 200 connections', () => {
  let machine: LocalMachine;
  let api: ApiClient;
  beforeAll(async () => {
    machine = await startLocalMachine();
    api = new ApiClient(machine.endpoints.baseUrl);
  });
  afterAll(async () => {
    await machine.stop();
  });
  const alone = async (): Promise<number> => {
    const times: number[] = [];
    const token = await api.token('receptionist');
    for (let n = 0; n < 15; n += 1) {
      const began = performance.now();
      const { status } = await send(`${machine.endpoints.baseUrl}/petitions`, { token, body: registration() });
      expect(status).toBe(201);
      times.push(performance.now() - began);
    }
    return median(times);
  };

  it('is served as far as the machine can and refused beyond, with nothing lost, and is over when it is over', async () => {
    await alone();
    const before = await alone();
    const asked = await burst(machine.endpoints.baseUrl, await api.token('receptionist'), 2000, 200);
    const after = await alone();

    const byStatus = Object.groupBy(asked, ({ status }) => String(status));
    const statuses = Object.fromEntries(Object.entries(byStatus).map(([status, list]) => [status, list?.length]));
    const served = byStatus['201'] ?? [];
    const slowest = Math.max(...served.map(({ milliseconds }) => milliseconds));
    console.info(
      JSON.stringify({ statuses, before, after, median: median(served.map((one) => one.milliseconds)), slowest }),
    );
    expect(Object.keys(statuses).filter((status) => !['201', '429', '503'].includes(status))).toEqual([]);
    expect(served.length).toBeGreaterThan(50);
    expect(byStatus['503']?.length).toBeGreaterThan(50);
    for (const { retryAfter } of byStatus['503'] ?? []) expect(retryAfter).toBe('1');
    // Whoever is served does not stand behind two hundred others.
    expect(slowest).toBeLessThan(10_000);
    expect(after).toBeLessThan(Math.max(5 * before, 500));

    const tables = await readTables(machine.endpoints);
    const there = new Set(headsOf(tables).flatMap(({ pk }) => (pk.startsWith('P#') ? [pk.slice(2)] : [])));
    expect(served.filter(({ number }) => !there.has(number ?? ''))).toEqual([]);
    expect(there.size).toBe(served.length + 45);
    expect(checkChains(tables).problems).toEqual([]);
    // What was refused is taken when it comes again, under its key.
    const token = await api.token('receptionist');
    const { key = '' } = byStatus['503']?.[0] ?? {};
    const again = await send(`${machine.endpoints.baseUrl}/petitions`, { token, key, body: registration() });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null]);
    // The workflow catches up with all of them.
    await untilWaiting(api.as('triage'), again.body.number, 'triage');
    await until(
      'workflow and record to agree',
      async () => {
        const now = await readTables(machine.endpoints);
        return (await checkExecutions(machine.endpoints, now)).length === 0 ? true : undefined;
      },
      60_000,
    );
  });
});

describe('the stage’s throttle', () => {
  it('answers 429 beyond its burst, and serves again a second later', async () => {
    const machine = await startLocalMachine(undefined, undefined, { THROTTLE: '' });
    try {
      const url = `${machine.endpoints.baseUrl}/health`;
      const replies = await Promise.all(Array.from({ length: 1200 }, () => send(url)));
      const refused = replies.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]?.headers.get('retry-after')).toBe('1');
      expect(replies.map(({ status }) => status).filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
      await until('to be served again', async () => ((await send(url)).status === 200 ? true : undefined));
    } finally {
      await machine.stop();
    }
  });
});
