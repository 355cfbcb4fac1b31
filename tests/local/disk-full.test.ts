import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, until, untilWaiting } from '../../local/api-client.ts';
import { checkChains, headsOf, readTables } from '../chaos/check.ts';
import { type Reply, send } from '../support/http.ts';
import { type LocalMachine, runLocalMachine, startLocalMachine } from '../support/local-machine.ts';
import { registration } from '../support/story.ts';

/** A small disk of its own; only root may make one. */
const disk = mkdtempSync(join(tmpdir(), 'xinfang-disk-'));
const mounted = (() => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const reserveMegabytes = 8;
const filler = join(disk, 'filler');
const folder = join(disk, 'data');

const free = (): number => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};

/** Takes everything but `left` bytes. */
const fill = (left: number): void => {
  writeFileSync(filler, '');
  try {
    while (free() > left) appendFileSync(filler, Buffer.alloc(Math.max(4096, Math.min(65536, free() - left))));
  } catch {
    // to the last byte
  }
};

let machine: LocalMachine;
let api: ApiClient;
const start = async (reserve: number): Promise<void> => {
  machine = await startLocalMachine(folder, 0, { DISK_RESERVE_MB: String(reserve) });
  api = new ApiClient(machine.endpoints.baseUrl);
};

beforeAll(async () => {
  if (mounted) await start(reserveMegabytes);
});
afterAll(async () => {
  if (mounted) {
    await machine.stop();
    execFileSync('umount', ['-l', disk]);
  }
  rmSync(disk, { recursive: true, force: true });
});

const register = async (key: string = randomUUID()): Promise<Reply> =>
  send(`${machine.endpoints.baseUrl}/petitions`, {
    token: await api.token('receptionist'),
    key,
    body: registration({ facts: '补偿款与公告标准不一致。'.repeat(300) }),
  });

describe.skipIf(!mounted)('a disk that has hardly any room', () => {
  it('takes no new writes and says so; reads and what is under way go on; with room all is as before', async () => {
    const { number } = (await register()).body;
    fill((reserveMegabytes - 2) * 1024 * 1024);
    const key = randomUUID();
    const refused = await until('the refusal', async () => {
      const reply = await register(key);
      return reply.status === 507 ? reply : undefined;
    });
    expect(refused.code).toBe('storage-full');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');

    expect((await api.as('receptionist').get(`/petitions/${number}`)).version).toBe(1);
    await untilWaiting(api.as('triage'), number, 'triage');
    rmSync(filler);
    const reply = await until('room to be noticed', async () => {
      const again = await register(key);
      return again.status === 507 ? undefined : again;
    });
    expect(reply.status).toBe(201);
  });
});

describe.skipIf(!mounted)('a disk that is full to the last byte', () => {
  it('loses nothing that was acknowledged and does nothing by half; it goes on by itself', async () => {
    await machine.stop();
    await start(0);
    await register(); // all functions awake
    const outcomes = new Map<string, Reply>();
    const eightAtOnce = async (): Promise<Reply[]> => {
      const keys = Array.from({ length: 8 }, () => randomUUID());
      const replies = await Promise.all(keys.map((key) => register(key)));
      for (const [index, key] of keys.entries()) outcomes.set(key, replies[index] as Reply);
      return replies;
    };
    // How much a registration takes depends on what the store's log has left: the first ones have ample room, so that there
    // is something acknowledged to lose.
    fill(4 * 1024 * 1024);
    await eightAtOnce();
    fill(256 * 1024);
    await until('writes to fail', async () =>
      (await eightAtOnce()).every(({ status }) => status === 503) ? true : undefined,
    );
    const statuses = [...new Set([...outcomes.values()].map(({ status }) => status))].sort();
    expect(statuses).toEqual([201, 503]);
    for (const { status, code, headers } of outcomes.values()) {
      if (status !== 503) continue;
      expect(code).toBe('unavailable');
      expect(headers.get('retry-after')).toBe('1');
    }
    const acknowledged = [...outcomes.values()].filter(({ status }) => status === 201).map(({ body }) => body.number);
    // Nor can it be started like that, and it says why.
    fill(0);
    const second = await runLocalMachine(join(disk, 'second'));
    expect(second.code).toBe(1);
    expect(second.output).toContain('The disk of the data folder is full');
    rmSync(join(disk, 'second'), { recursive: true, force: true });

    rmSync(filler);
    // Whoever reads a petition is recorded first, so that this too waited for space.
    for (const number of acknowledged)
      expect((await api.as('receptionist').get(`/petitions/${number}`)).version).toBe(1);
    const numbers = new Set<string>();
    for (const [key, before] of outcomes) {
      const reply = await register(key);
      expect(reply.status).toBe(201);
      if (before.status === 201) expect(reply.body).toEqual(before.body);
      numbers.add(reply.body.number);
    }
    expect(numbers.size).toBe(outcomes.size);
    const tables = await readTables(machine.endpoints);
    expect(checkChains(tables).problems).toEqual([]);
    // Those two, the warm one, and each of these once.
    expect(headsOf(tables).filter(({ pk }) => pk.startsWith('P#'))).toHaveLength(3 + outcomes.size);
    await untilWaiting(api.as('triage'), [...numbers].at(-1) ?? '', 'triage');
  });
});
