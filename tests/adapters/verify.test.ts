import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkpointHash } from '../../adapters/anchor-log.ts';
import { canonicalJson } from '../../adapters/chain.ts';
import type { Checkpoint } from '../../domain/anchor.ts';
import { canonical, type Json } from '../../verify/canonical.ts';
import { auditor, type BundleWorld, fullWorld, petitions } from '../support/bundle-world.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { type Line, parsed, tied } from '../support/forgery.ts';
import { testSigner } from '../support/kms.ts';

const program = new URL('../../verify/verify.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'xinfang-verify-'));

let db: TestDynamoDb;
let world: BundleWorld;
let bundle: string;
let checkpoints: readonly Checkpoint[];
beforeAll(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  db = await startDynamoDb();
  world = await fullWorld(db);
  bundle = await world.bundle(auditor, { kind: 'petition', petition: petitions.long });
  checkpoints = await world.reader.checkpoints(0, 100);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await db.stop();
});

const verify = (input: string, ...more: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '-', ...more], { input, encoding: 'utf8' });
  return { status, lines: stdout.split('\n').filter(Boolean), stderr };
};
const fileNamed = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const fileOf = (content: string): string => fileNamed('file', content);

describe('npm run verify', () => {
  it('says in one line that a bundle is whole, and what is not anchored yet', () => {
    const { n, at, root } = checkpoints.at(-1) as Checkpoint;
    expect(verify(bundle)).toEqual({
      status: 0,
      lines: [
        expect.stringMatching(
          new RegExp(
            `^whole: 2 streams, \\d+ events, 0 withheld, 5 entries of the log, ${String(n)} checkpoints, ` +
              `proved by checkpoint ${String(n)} of ${at}, root ${root}$`,
          ),
        ),
        'signatures of checkpoints were not checked: no --key was given',
        'not yet anchored: 1 events of 1 streams, by their chain alone',
      ],
      stderr: '',
    });
  });

  it('reads a file, however its last line ends, and pieces that cut characters in two', () => {
    const file = fileOf(bundle.trimEnd());
    expect(spawnSync(process.execPath, [program, file]).status).toBe(0);
    const padded = parsed(bundle);
    padded[0].purpose = '审计'.repeat(60_000);
    expect(verify(tied(padded)).lines[0]).toMatch(/^line 1: manifest: does not say what the recorded act says, event/);
  });

  it('agrees with the system about the canonical form of anything that a fact may hold', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.dictionary(text, fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 4 })), (data) => {
        expect(canonical(data as Json)).toBe(canonicalJson(data));
      }),
    );
    const hard = { '\ue000': 1, '😀': 2, __proto__x: null, amount: 1.5e300, escape: '\u2028"\\\n' };
    expect(canonical(hard)).toBe(canonicalJson(hard));
  });

  it('names line, place and what is wrong there', () => {
    const lines = parsed(bundle);
    const at = lines.findIndex(({ event }) => event?.type === 'PetitionRegistered');
    lines[at].event.data.registration.facts = '另一事实';
    const { status, lines: said } = verify(tied(lines));
    expect(status).toBe(1);
    expect(said[0]).toMatch(
      new RegExp(`^line ${String(at + 1)}: event 1 of P#${petitions.long}: hash is "[0-9a-f]{64}", its content gives`),
    );
  });

  it('sees a petition that is shorter than the log says', () => {
    const lines = parsed(bundle);
    const stream = lines.findIndex(({ kind, stream }) => kind === 'stream' && stream.startsWith('P#'));
    const facts = lines.slice(stream + 1).filter(({ kind }) => kind === 'event');
    const last = facts.at(-1).event;
    const shorter = lines.filter((line) => line.event !== last);
    shorter[stream] = { ...shorter[stream], version: last.seq - 1, hash: last.previousHash };
    expect(verify(tied(shorter)).lines[0]).toMatch(
      new RegExp(
        `entry \\d+ of .*: the log knows version ${String(last.seq)}, the chain ends at ${String(last.seq - 1)}$`,
      ),
    );
  });

  it('compares with a checkpoint that was kept elsewhere', () => {
    const [first, second] = checkpoints as [Checkpoint, Checkpoint];
    expect(verify(bundle, '--checkpoint', fileOf(JSON.stringify(first))).status).toBe(0);
    const forged = { ...second, root: 'ab'.repeat(32) };
    expect(verify(bundle, '--checkpoint', fileOf(JSON.stringify(forged)))).toMatchObject({ status: 2 });
    expect(verify(bundle, '--checkpoint', fileOf(JSON.stringify({ ...first, n: 99 }))).status).toBe(2);
    // Of another log that was as long: valid in itself, and not what the bundle has.
    const { signature: _, hash: __, ...content } = { ...second, root: 'ab'.repeat(32) };
    const other = { ...content, hash: checkpointHash(content) };
    expect(verify(bundle, '--checkpoint', fileOf(JSON.stringify(other)))).toMatchObject({
      status: 1,
      lines: expect.arrayContaining([
        expect.stringMatching(
          /^line \d+: checkpoint 2: is not the one that was kept: hash [0-9a-f]{64}, kept [0-9a-f]{64}$/,
        ),
      ]),
    });
    // Younger than the bundle: whole, but nothing could be compared.
    const last = checkpoints.at(-1) as Checkpoint;
    const next = { ...content, n: last.n + 1, size: last.size + 1, previous: last.hash };
    const younger = verify(bundle, '--checkpoint', fileOf(JSON.stringify({ ...next, hash: checkpointHash(next) })));
    expect([younger.status, younger.lines.at(-1)]).toEqual([
      3,
      `checkpoint ${String(last.n + 1)} is younger than the bundle: export again`,
    ]);
  });

  it('checks with --key that every checkpoint is signed by whoever holds it', () => {
    const key = fileNamed('key.pem', world.publicKey);
    const { status, lines: said } = verify(bundle, '--key', key);
    expect([status, said.at(1)]).toEqual([0, `signatures checked: ${String(checkpoints.length)} checkpoints`]);
    // Somebody else wrote a log of his own, whole in every other respect, and signed it or not.
    const another = fileNamed('other.pem', testSigner().publicKey);
    expect(verify(bundle, '--key', another)).toMatchObject({
      status: 1,
      lines: expect.arrayContaining(['line 1: manifest: its checkpoint: its signature is not of this key']),
    });
    const place = (n: number) => parsed(bundle).findIndex((line) => line.kind === 'checkpoint' && line.n === n);
    const changed = (n: number, change: (line: Line) => Line) => {
      const all = parsed(bundle);
      all[place(n)] = change(all[place(n)]);
      return verify(tied(all), '--key', key);
    };
    const told = (n: number, what: string) => ({
      status: 1,
      lines: expect.arrayContaining([`line ${String(place(n) + 1)}: checkpoint ${String(n)}: ${what}`]),
    });
    const strip = ({ signature: _, ...line }: Line): Line => line;
    expect(changed(2, strip)).toMatchObject(told(2, 'bears no signature'));
    expect(changed(2, (line) => ({ ...line, signature: checkpoints[0]?.signature }))).toMatchObject(
      told(2, 'its signature is not of this key'),
    );
    expect(changed(2, (line) => ({ ...line, signature: `${String(line.signature)} ` }))).toMatchObject(
      told(2, 'its signature is not base64'),
    );
    // What was kept is held to the key as well.
    const kept = fileOf(JSON.stringify(strip(checkpoints[0])));
    expect(verify(bundle, '--key', key, '--checkpoint', kept).status).toBe(2);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    for (const content of ['', 'no key', String(publicKey.export({ type: 'spki', format: 'pem' }))])
      expect(verify(bundle, '--key', fileNamed('bad.pem', content)).status).toBe(2);
  });

  it('is signed as anybody can check with openssl', () => {
    const { hash, signature = '' } = checkpoints[0] as Checkpoint;
    const [text, sig, key] = [
      fileNamed('text', `xinfang-checkpoint-1\n${hash}`),
      fileNamed('sig', Buffer.from(signature, 'base64')),
      fileNamed('key.pem', world.publicKey),
    ];
    const { status, stdout } = spawnSync('openssl', ['dgst', '-sha256', '-verify', key, '-signature', sig, text], {
      encoding: 'utf8',
    });
    expect([status, stdout.trim()]).toEqual([0, 'Verified OK']);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['other JSON', '{"events":[]}'],
    ['a list', '[]'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
  ])('cannot read %s', (_, input) => {
    const { status, lines, stderr } = verify(input);
    expect({ status, lines }).toEqual({ status: 2, lines: [] });
    expect(stderr).not.toBe('');
  });

  it('cannot read a file that is not there, or arguments that it does not know', () => {
    for (const given of [
      [],
      ['/nowhere/x'],
      ['a', 'b'],
      ['a', '--checkpoint'],
      ['a', '--key'],
      ['a', '--checkpoint', '/nowhere/x'],
      ['a', '--key', '/nowhere/x'],
    ])
      expect(spawnSync(process.execPath, [program, ...given]).status).toBe(2);
  });
});
