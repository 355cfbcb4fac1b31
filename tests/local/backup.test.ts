import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient, until, untilWaiting } from '../../local/api-client.ts';
import { checkChains, checkExecutions, headsOf, readTables, type Tables } from '../chaos/check.ts';
import { randomOf } from '../chaos/random.ts';
import { send } from '../support/http.ts';
import { type LocalMachine, startLocalMachine } from '../support/local-machine.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { exportOf, historyOf, registeredStory, registration, take, until as upTo } from '../support/story.ts';

const root = join(import.meta.dirname, '../..');
const files = mkdtempSync(join(tmpdir(), 'xinfang-backup-'));
const passphraseFile = join(files, 'passphrase');
const plain = join(files, 'plain.backup');
const encrypted = join(files, 'encrypted.backup');

let machine: Machine;
let restored: LocalMachine | undefined;
beforeAll(async () => {
  writeFileSync(passphraseFile, 'correct horse battery\n');
  machine = await startMachine();
});
afterAll(async () => {
  await restored?.stop();
  await machine.remove();
  rmSync(files, { recursive: true, force: true });
});

const command = (name: string, folder: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['local/backup-command.ts', name, ...args], {
    cwd: root,
    env: { ...process.env, DATA_DIR: folder },
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
};

const heads = (tables: Tables) => headsOf(tables).sort((a, b) => a.pk.localeCompare(b.pk));

/** Names and contents of everything in the buckets. */
const objectsIn = (folder: string): [name: string, sha256: string][] =>
  readdirSync(join(folder, 'objects'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }): [string, string] => {
      const file = join(parentPath, name);
      const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
      return [file.slice(folder.length), hash];
    })
    .sort();

describe('a backup', () => {
  it('of a running machine comes up on an empty one: the same heads and histories, and work goes on', async () => {
    const concluded = await registeredStory(machine.api);
    await take(concluded, ...upTo('confirm-closing'));
    const open = await registeredStory(machine.api);
    await take(open, ...upTo('propose'));
    await untilWaiting(machine.api.as('street-leader'), open.number, 'approve');
    const sent = { token: await machine.api.token('receptionist'), key: 'before-the-backup', body: registration() };
    const registered = await send(`${machine.baseUrl}/petitions`, sent);
    const queryCode = registered.body.queryCode as string;
    await machine.control('clock', { days: 1 });
    const histories = await Promise.all([concluded, open].map(({ number }) => historyOf(machine.api, number)));
    // A checkpoint of the heads goes to the witness, whose bucket is among the objects.
    await until('a checkpoint', async () => {
      const { result } = await machine.control<Answer>('invoke', { function: 'anchor' });
      return result.checkpoints > 0 ? true : undefined;
    });
    const objects = objectsIn(machine.folder);
    const before = await readTables(machine.endpoints);

    expect(command('backup', machine.folder, plain)).toMatchObject({ status: 0 });
    const secret = command('backup', machine.folder, encrypted, '--passphrase-file', passphraseFile);
    expect(secret.status).toBe(0);
    for (const file of [plain, encrypted]) expect(statSync(file).mode & 0o777).toBe(0o600);
    // What happens afterwards is not in it.
    await take(open, 'approve');

    const folder = join(files, 'restored');
    const back = command('restore', folder, encrypted, '--passphrase-file', passphraseFile);
    expect(back.output).toContain('Restored');
    for (const path of readdirSync(folder, { recursive: true, withFileTypes: true }))
      expect(statSync(join(path.parentPath, path.name)).mode & 0o077, path.name).toBe(0);
    expect(objectsIn(folder)).toEqual(objects);
    expect(objects.length).toBeGreaterThan(0);
    restored = await startLocalMachine(folder);
    const after1 = await readTables(restored.endpoints);
    expect(heads(after1)).toEqual(heads(before));
    expect(after1.history.length).toBe(before.history.length);
    expect(checkChains(after1).problems).toEqual([]);

    const api = new ApiClient(restored.endpoints.baseUrl);
    expect(await Promise.all([concluded, open].map(({ number }) => historyOf(api, number)))).toEqual(histories);
    const file = join(files, 'export.json');
    writeFileSync(file, await exportOf(api, { kind: 'petition', petition: concluded.number }));
    expect(spawnSync(process.execPath, ['verify/verify.ts', file], { cwd: root }).status).toBe(0);
    // The keys have come along: petitioner and looked-up person are found, and repeats are known.
    const page = { number: registered.body.number, queryCode };
    expect((await api.as().post('/portal/petition', page)).status).toBe('registered');
    const again = await send(`${restored.endpoints.baseUrl}/petitions`, {
      ...sent,
      token: await api.token('receptionist'),
    });
    expect([again.body.number, again.headers.get('idempotency-replayed')]).toEqual([registered.body.number, 'true']);
    // The workflow takes up what was open, and the clock stands where it stood.
    await untilWaiting(api.as('street-leader'), open.number, 'approve');
    expect((await send(`${restored.endpoints.baseUrl}/health`)).headers.get('xinfang-virtual-time')).not.toBeNull();
    await take({ ...open, api, ahead: false }, 'approve');
    await api.as('operator').post('/operations/reconciliations', {});
    await until('workflow and record to agree', async () =>
      (
        await checkExecutions(
          (restored as LocalMachine).endpoints,
          await readTables((restored as LocalMachine).endpoints),
        )
      ).length === 0
        ? true
        : undefined,
    );
  });

  it('taken while eight write holds every acknowledged write that came before it, and whole chains', async () => {
    const numbers: string[] = [];
    let writing = true;
    const write = async (): Promise<void> => {
      while (writing) {
        const story = { ...(await registeredStory(machine.api)), ahead: true };
        numbers.push(story.number);
        await take(story, ...upTo('accept'));
      }
    };
    const writers = Array.from({ length: 8 }, write);
    await until('writers at work', async () => (numbers.length > 10 ? true : undefined));
    const known = [...numbers];
    const file = join(files, 'under-load.backup');
    await promisify(execFile)(process.execPath, ['local/backup-command.ts', 'backup', file], {
      cwd: root,
      env: { ...process.env, DATA_DIR: machine.folder },
    });
    writing = false;
    await Promise.all(writers);

    const folder = join(files, 'under-load');
    expect(command('restore', folder, file).status).toBe(0);
    const copy = await startLocalMachine(folder);
    try {
      const tables = await readTables(copy.endpoints);
      expect(checkChains(tables).problems).toEqual([]);
      const there = new Set(headsOf(tables).map(({ pk }) => pk));
      expect(known.filter((number) => !there.has(`P#${number}`))).toEqual([]);
      const api = new ApiClient(copy.endpoints.baseUrl);
      const found: Answer = await api.as('operator').post('/operations/reconciliations', {});
      expect(found.failed).toBe(0);
    } finally {
      await copy.stop();
    }
  });
});

describe('a restoration is refused, and leaves nothing behind,', () => {
  const attempt = (file: string, ...args: readonly string[]) => {
    const folder = join(files, 'never', 'data');
    const result = command('restore', folder, file, ...args);
    expect(result.status).toBe(1);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(join(files, 'never'))).toEqual([]);
    return result.output;
  };
  beforeAll(() => {
    mkdirSync(join(files, 'never'));
  });

  it('onto a folder that is not empty, or on which a machine runs', () => {
    const folder = mkdtempSync(join(files, 'used-'));
    writeFileSync(join(folder, 'note'), 'mine');
    expect(command('restore', folder, plain).output).toContain('is not empty');
    expect(readdirSync(folder)).toEqual(['note']);
    expect(command('restore', machine.folder, plain).output).toContain('runs on');
    expect(command('backup', machine.folder, plain).output).toContain('exists already');
  });

  it('with another passphrase or none', () => {
    expect(attempt(encrypted)).toContain('is encrypted');
    const other = join(files, 'other');
    writeFileSync(other, 'another passphrase\n');
    expect(attempt(encrypted, '--passphrase-file', other)).toContain('not that of this backup');
    expect(readFileSync(encrypted).includes('PetitionRegistered')).toBe(false);
  });

  it('from a file that is cut short, altered anywhere, or something else', () => {
    const random = randomOf(Number(process.env.CHAOS_SEED ?? Date.now()));
    const whole = readFileSync(plain);
    const damaged = join(files, 'damaged');
    for (let n = 0; n < 8; n += 1) {
      writeFileSync(damaged, whole);
      truncateSync(damaged, random.below(whole.length));
      expect(attempt(damaged)).toMatch(/cut short|damaged|not a backup/);
      const altered = Buffer.from(whole);
      const at = random.below(whole.length);
      altered.writeUInt8(altered.readUInt8(at) ^ (1 << random.below(8)), at);
      writeFileSync(damaged, altered);
      expect(attempt(damaged), `byte ${String(at)}`).toMatch(/damaged|not a backup/);
    }
    writeFileSync(damaged, '');
    expect(attempt(damaged)).toContain('not a backup');
    expect(attempt(join(root, 'package.json'))).toContain('not a backup');
    expect(attempt(join(files, 'nowhere'))).toContain('There is no file');
    chmodSync(damaged, 0o600);
  });
});
