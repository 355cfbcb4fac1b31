import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoAnchorReader } from '../../adapters/anchor-reader.ts';
import { type Answer, until } from '../../local/api-client.ts';
import { clientFor } from '../support/dynamodb.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { centre, exportOf, registeredStory, take, today } from '../support/story.ts';

const root = join(import.meta.dirname, '../..');
const files = mkdtempSync(join(tmpdir(), 'xinfang-history-'));

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  rmSync(files, { recursive: true, force: true });
  await machine.remove();
});

const verify = (bundle: string, ...more: string[]) => {
  const file = join(files, 'bundle.jsonl');
  writeFileSync(file, bundle);
  const { status, stdout } = spawnSync(process.execPath, ['verify/verify.ts', file, ...more], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, lines: stdout.split('\n').filter(Boolean) };
};

const store = () => clientFor(machine.endpoints.dynamodb);
const tables = () => {
  const { PETITIONS_TABLE: petitionsTable = '', HISTORY_TABLE: historyTable = '' } = machine.endpoints.tables;
  return { petitionsTable, historyTable };
};
const reader = () => new DynamoAnchorReader({ client: store(), ...tables() });

/** Until the head of a stream stands in the log. */
const anchored = (stream: string, version: number) =>
  until(`${stream} anchored at ${String(version)}`, async () => {
    await machine.control('invoke', { function: 'anchor' }).catch(() => {});
    const entries = await reader().entriesOf(stream);
    return entries.some((entry) => entry.version >= version) ? true : undefined;
  });

/** Of the key that this machine signs checkpoints with. */
const publicKey = (): string => {
  const folder = join(machine.folder, 'keys');
  const [file = '', ...more] = readdirSync(folder).filter((name) => name.endsWith('.public.pem'));
  expect(more).toEqual([]);
  return join(folder, file);
};

/** Names and contents of what the witness keeps. */
const kept = (): string[] => {
  const folder = join(machine.folder, 'objects');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .filter((text) => text.includes('"root"') && text.includes('"previous"'));
};

const petition = (number: string) => ({ kind: 'petition', petition: number });

describe('the anchor on one machine', () => {
  it('takes in every head and gives its checkpoint to the bucket, where nobody can remove it', async () => {
    const { number } = await registeredStory(machine.api);
    await anchored(`P#${number}`, 1);
    const latest = await reader().latest();
    expect(kept().join()).toContain(latest?.hash);
    const bundle = await exportOf(machine.api, petition(number));
    const { status, lines } = verify(bundle);
    expect(status).toBe(0);
    expect(lines[0]).toContain(`proved by checkpoint ${String(latest?.n)}`);
  });

  it('signs its checkpoints, as `npm run export` and `npm run verify -- FILE --key` show', async () => {
    const { number } = await registeredStory(machine.api);
    await anchored(`P#${number}`, 1);
    const run = (...given: readonly string[]) =>
      spawnSync('npm', ['run', '--silent', 'export', '--', ...given], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, DATA_DIR: machine.folder },
      });
    const exported = run('--petition', number);
    expect([exported.status, exported.stderr]).toEqual([0, expect.stringMatching(/1 pages, \d+ lines, complete\n$/)]);
    const { status, lines } = verify(exported.stdout, '--key', publicKey());
    expect([status, lines]).toEqual([
      0,
      expect.arrayContaining([
        expect.stringContaining('proved by checkpoint'),
        expect.stringMatching(/^signatures checked: \d+ checkpoints$/),
      ]),
    ]);
    // The witness keeps them signed: the newest one, kept elsewhere, is held to the bundle and to the key.
    const newest = join(files, 'kept.json');
    const latest = await reader().latest();
    writeFileSync(newest, kept().find((text) => text.includes(`"hash":"${latest?.hash ?? ''}"`)) ?? '');
    expect(verify(exported.stdout, '--key', publicKey(), '--checkpoint', newest).status).toBe(0);
    // Pages of a unit's period, and what is no export at all.
    expect(run('--unit', centre, '--from', today(), '--to', today(), '--below').status).toBe(0);
    for (const given of [
      [],
      ['--petition', '622901007-20260101-ZZZZZZ'],
      ['--unit', centre, '--from', today(), '--to', '2020-01-01'],
    ])
      expect([given, run(...given).status]).toEqual([given, 1]);
  });

  it('goes on with the same log after kill -9 at any moment, and no checkpoint is ever written twice', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { number } = await registeredStory(machine.api);
      // A pass is under way, or about to begin, or through, when the process dies.
      const pass = machine.control('invoke', { function: 'anchor' }).catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
      await machine.restart();
      await pass;
      machine.api.forgetTokens();
      await anchored(`P#${number}`, 1);
      const { status, lines } = verify(await exportOf(machine.api, petition(number)));
      expect([status, lines]).toEqual([0, expect.anything()]);
    }
    const checkpoints = await reader().checkpoints(0, 1000);
    expect(checkpoints.map(({ n }) => n)).toEqual(checkpoints.map((_, index) => index + 1));
    for (const { hash } of checkpoints)
      expect(kept().filter((text) => text.includes(`"hash":"${hash}"`))).not.toEqual([]);
  });

  it('finishes later what fails now', async () => {
    const { number } = await registeredStory(machine.api);
    await machine.control('fail', { function: 'anchor-collect', times: 3 });
    await machine.control('fail', { function: 'anchor', times: 2 });
    await anchored(`P#${number}`, 1);
  });

  it('shows operators how it stands', async () => {
    const standing = await machine.api.as('operator').get('/operations/anchor');
    expect(standing.checkpoint).toMatchObject({ n: expect.any(Number), size: expect.any(Number) });
    expect(standing.unfinished).toBe(false);
  });
});

describe('an auditor’s question', () => {
  it('is answered by unit, those below, officer, type and day', async () => {
    const story = await registeredStory(machine.api);
    await take(story, 'route');
    const ask = async (query: string): Promise<Answer[]> =>
      (await machine.api.as('auditor').get(`/history?from=${today()}&limit=100&${query}`)).items;
    const mine = (items: Answer[]) => items.filter(({ stream }) => stream === `P#${story.number}`);
    await until('the index has it', async () => (mine(await ask(`unit=${centre}`)).length >= 2 ? true : undefined));
    expect(mine(await ask(`unit=${centre}&type=PetitionRegistered`)).map(({ type }) => type)).toEqual([
      'PetitionRegistered',
    ]);
    expect(mine(await ask(`unit=${centre}&officer=triage`)).map(({ actor }) => actor.id)).toEqual(['triage']);
    expect(mine(await ask('unit=622901&below=true')).length).toBeGreaterThanOrEqual(2);
    expect(mine(await ask(`unit=${centre}&kind=session`))).toEqual([]);
    const one = await machine.api
      .as('auditor')
      .get(`/petitions/${story.number}/history?type=PetitionRegistered&from=${today()}&to=${today()}`);
    expect(one.items.map(({ type }: Answer) => type)).toEqual(['PetitionRegistered']);
    expect((await machine.api.as('auditor').get(`/petitions/${story.number}/history?to=2020-01-01`)).items).toEqual([]);
  });
});

/** What somebody could do who reaches the store itself. */
describe('a change in the store itself', () => {
  let number: string;
  const rows = async () => {
    const { Items } = await store().send(
      new QueryCommand({
        TableName: tables().historyTable,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': `P#${number}` }),
      }),
    );
    return (Items ?? []).map((item) => unmarshall(item));
  };
  const put = async (row: object) =>
    store().send(new PutItemCommand({ TableName: tables().historyTable, Item: marshall(row) }));

  beforeAll(async () => {
    const story = await registeredStory(machine.api);
    number = story.number;
    await take(story, 'route', 'accept');
    await anchored(`P#${number}`, 3);
  });

  it('of a fact is named by verify, and rings the tripwire', async () => {
    const row = (await rows())[1] as Record<string, unknown>;
    await put({ ...row, actor: { ...(row.actor as object), id: 'somebody-else' } });
    const { status, lines } = verify(await exportOf(machine.api, petition(number)));
    expect(status).toBe(1);
    expect(lines[0]).toMatch(new RegExp(`event 2 of P#${number}: hash is`));
    await until('the tripwire rings', async () =>
      machine.output().includes('history-tampering') && machine.output().includes('MODIFY') ? true : undefined,
    );
    await put(row);
    expect(verify(await exportOf(machine.api, petition(number))).status).toBe(0);
  });

  it('that takes a fact away is named, and rings the tripwire', async () => {
    const row = (await rows())[2] as Record<string, unknown>;
    await store().send(
      new DeleteItemCommand({ TableName: tables().historyTable, Key: marshall({ pk: row.pk, sk: row.sk }) }),
    );
    const { status, lines } = verify(await exportOf(machine.api, petition(number)));
    expect(status).toBe(1);
    expect(lines[0]).toMatch(new RegExp(`(head of|event \\d+ of) P#${number}: (stands at version|expected seq)`));
    await until('the tripwire rings', async () => (machine.output().includes('REMOVE') ? true : undefined));
    await put(row);
  });

  it('that rewrites the end of a history together with its head is contradicted by the log', async () => {
    const all = await rows();
    const last = all.at(-1) as Record<string, unknown>;
    const before = all.at(-2) as Record<string, unknown>;
    await store().send(
      new DeleteItemCommand({ TableName: tables().historyTable, Key: marshall({ pk: last.pk, sk: last.sk }) }),
    );
    await store().send(
      new UpdateItemCommand({
        TableName: tables().petitionsTable,
        Key: marshall({ pk: `P#${number}`, sk: 'HEAD' }),
        UpdateExpression: 'SET version = :version, #hash = :hash',
        ExpressionAttributeNames: { '#hash': 'hash' },
        ExpressionAttributeValues: marshall({ ':version': all.length - 1, ':hash': before.hash }),
      }),
    );
    const { status, lines } = verify(await exportOf(machine.api, petition(number)));
    expect(status).toBe(1);
    expect(lines[0]).toMatch(/the log knows version \d+, the chain ends at \d+$/);
  });
});
