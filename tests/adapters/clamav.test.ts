import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClamdScanner, ClamscanScanner } from '../../adapters/clamav.ts';
import { Unavailable } from '../../domain/errors.ts';
import { eicar, type FakeClamd, fakeClamd } from '../support/clamd.ts';

const folder = mkdtempSync(join(tmpdir(), 'xinfang-clamav-'));
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const harmless = file('harmless', Buffer.alloc(300_000, 'harmless '));
const virus = file('virus', `${'x'.repeat(200_000)}${eicar}`);
const bare = file('bare', eicar);

describe('clamd', () => {
  let clamd: FakeClamd;
  beforeEach(async () => {
    clamd = await fakeClamd();
  });
  afterEach(() => clamd.close());

  it('finds what is there, in whichever chunk, and says who found it', async () => {
    const scanner = new ClamdScanner(clamd.address);
    const by = { engine: 'ClamAV 1.4.6', database: '27123' };
    expect(await scanner.scan(harmless)).toEqual({ scanner: by });
    expect(await scanner.scan(virus)).toEqual({ found: 'Eicar-Test', scanner: by });
  });

  it.each(['INSTREAM size limit exceeded. ERROR', 'stream: Can’t allocate memory ERROR', ''])(
    'that answers %j has not scanned',
    async (answer) => {
      clamd.answer = answer;
      await expect(new ClamdScanner(clamd.address).scan(harmless)).rejects.toThrow(Unavailable);
    },
  );

  it.each(['127.0.0.1:1', '/nowhere/clamd.ctl', 'nonsense'])(
    'that is not there (%s) has not scanned',
    async (address) => {
      await expect(new ClamdScanner(address).scan(harmless)).rejects.toThrow(Unavailable);
    },
  );
});

const program = '/usr/bin/clamscan';
describe.runIf(existsSync(program))('clamscan as Debian installs it', () => {
  const hex = Buffer.from(eicar).toString('hex');
  const signatures = file('eicar.ndb', `Eicar-Test:0:*:${hex}\n`);

  it('finds what is there', async () => {
    const scanner = new ClamscanScanner(program, signatures);
    expect(await scanner.scan(harmless)).toMatchObject({ scanner: { engine: expect.stringMatching(/^ClamAV \d/) } });
    expect((await scanner.scan(harmless)).found).toBeUndefined();
    expect((await scanner.scan(bare)).found).toMatch(/Eicar-Test/);
    expect((await scanner.scan(virus)).found).toMatch(/Eicar-Test/);
  });

  it('without signatures has not scanned', async () => {
    await expect(new ClamscanScanner(program, join(folder, 'nothing.ndb')).scan(harmless)).rejects.toThrow(Unavailable);
  });
});

it('a program that is not there has not scanned', async () => {
  await expect(new ClamscanScanner('/nowhere/clamscan').scan(harmless)).rejects.toThrow(Unavailable);
});
