import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalJson } from '../../adapters/chain.ts';
import type { Checkpoint } from '../../domain/anchor.ts';
import { canonical, type Json } from '../../verify/canonical.ts';
import { auditor, type BundleWorld, fullWorld, petitions } from '../support/bundle-world.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { parsed, tied } from '../support/forgery.ts';

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
const fileOf = (content: string): string => {
  const file = join(folder, 'file');
  writeFileSync(file, content);
  return file;
};

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
    // Another log of the same length, whole in itself.
    const lines = parsed(bundle);
    const other = lines.find(({ kind, n }) => kind === 'checkpoint' && n === 3);
    const kept = JSON.stringify({ ...first, n: 99 });
    expect(verify(bundle, '--checkpoint', fileOf(kept)).status).toBe(2);
    expect(other).toBeDefined();
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
    for (const given of [[], ['/nowhere/x'], ['a', 'b'], ['a', '--checkpoint'], ['a', '--checkpoint', '/nowhere/x']])
      expect(spawnSync(process.execPath, [program, ...given]).status).toBe(2);
  });
});
