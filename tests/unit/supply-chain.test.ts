import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditResult, type Lockfile, licenceFaults, lockfileFaults, type Manifest } from '../../.ci/supply-chain.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const lockfile = read('package-lock.json') as Lockfile;
const manifest = read('package.json') as Manifest;
const withPackage = (changes: object): Lockfile => ({
  ...lockfile,
  packages: { ...lockfile.packages, 'node_modules/x': { integrity: 'sha512-x', license: 'MIT', ...changes } },
});

describe('the packages of others', () => {
  it('are pinned, with digests, from the public registry, under licences that go with ours', () => {
    expect(lockfileFaults(lockfile, manifest)).toEqual([]);
    expect(licenceFaults(lockfile)).toEqual([]);
  });

  it.each([
    { integrity: undefined },
    { integrity: 'sha1-x' },
    { resolved: 'https://elsewhere.example/x.tgz' },
    { resolved: 'git+ssh://git@elsewhere.example/x.git' },
    { resolved: 'http://registry.npmjs.org/x.tgz' },
    { link: true },
    { hasInstallScript: true },
  ])('that are %j are refused', (changes) => {
    expect(lockfileFaults(withPackage(changes), manifest)).toHaveLength(1);
  });

  it('run what they bring only where it is allowed by name, and one that is denied by name', () => {
    const withScript = withPackage({ hasInstallScript: true });
    for (const allowScripts of [{ x: true }, { x: false }, { 'x@1.0.0': true }])
      expect(
        lockfileFaults(withScript, { ...manifest, allowScripts: { ...manifest.allowScripts, ...allowScripts } }),
      ).toEqual([]);
  });

  it.each(['^1.0.0', '~1.0.0', '*', 'latest', 'file:../x', 'github:a/b'])('wanted as %s are refused', (version) => {
    expect(lockfileFaults(lockfile, { ...manifest, devDependencies: { x: version } })).toHaveLength(1);
  });

  it.each([
    ['GPL-3.0-only', 1],
    ['MIT AND GPL-3.0-only', 1],
    ['(MIT OR GPL-3.0-or-later)', 0],
    [undefined, 1],
  ])('under %s', (license, faults) => {
    expect(licenceFaults(withPackage({ license }))).toHaveLength(faults);
  });

  it('with grave known weaknesses are refused, others told; no answer is told as none', () => {
    const report = (severity: string) =>
      JSON.stringify({ metadata: { vulnerabilities: { [severity]: 1 } }, vulnerabilities: { x: { severity } } });
    expect(auditResult(report('critical'))).toMatchObject({ kind: 'weak', detail: 'critical 1: x' });
    expect(auditResult(report('high')).kind).toBe('weak');
    expect(auditResult(report('moderate'))).toEqual({ kind: 'clean', detail: 'moderate 1' });
    for (const output of ['', '<html>', '{"message":"405 Method Not Allowed","error":{}}'])
      expect(auditResult(output).kind).toBe('unavailable');
  });
});

describe('secrets', () => {
  const scan = (folder: string) =>
    spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/secretlint/bin/secretlint.js'),
        '--secretlintrc',
        join(root, '.secretlintrc.json'),
        '--maskSecrets',
        '**/*',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
  const inFolder = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'xinfang-secrets-'));
    writeFileSync(join(folder, 'notes.ts'), text);
    try {
      return scan(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  // In pieces, so that this file is none.
  it.each([
    [
      'an access key',
      `const id = '${'AKIA'}${'IOSFODNN7SAMPLE'}A';\nconst secret_access_key = '${'wJalrXUtnFEMI/K7MDENG'}${'/bPxRfiCYSAMPLEKEYA'}';`,
    ],
    [
      'a private key',
      `${'-----BEGIN RSA PRIVATE'} KEY-----\n${'MIIEowIBAAKCAQEA'.repeat(40)}\n${'-----END RSA PRIVATE'} KEY-----`,
    ],
  ])('such as %s would be found', (_, text) => {
    const { status, stdout } = inFolder(text);
    expect(status, stdout).toBe(1);
    expect(stdout).toContain('notes.ts');
  });

  it('are not seen where there are none', () => expect(inFolder('const a = 1;').status).toBe(0));
});
