/**
 * What comes from others: every package is pinned and checked by its digest, comes from the public registry, has a licence
 * that goes with ours, and, as far as the registry tells, no known weakness. `npm run supply-chain`.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  /** Delivered inside another package, whose digest covers it. */
  readonly inBundle?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  /** By name or `name@version`: whether what a package runs when it is installed may run. */
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

const publicRegistry = 'https://registry.npmjs.org/';
const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** What is wrong with where packages come from; empty when nothing is. */
export const lockfileFaults = ({ lockfileVersion, packages }: Lockfile, manifest: Manifest): string[] => {
  const faults = lockfileVersion === 3 ? [] : [`lockfile version ${String(lockfileVersion)} instead of 3`];
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  for (const [name, version] of Object.entries(wanted)) {
    if (!exact.test(version)) faults.push(`${name} is not pinned: ${version}`);
  }
  const judged = Object.keys(manifest.allowScripts ?? {}).map((name) => name.replace(/(?<=.)@.*$/, ''));
  for (const [path, { integrity, resolved, inBundle, link, hasInstallScript }] of Object.entries(packages)) {
    if (path === '') continue;
    // npm runs none that is not allowed by name; a new one is looked at first.
    if (hasInstallScript && !judged.includes(path.replace(/^.*node_modules\//, '')))
      faults.push(`${path} runs something when it is installed, which nobody has judged`);
    if (link || !path.startsWith('node_modules/')) faults.push(`${path} is no package of a registry`);
    else if (!inBundle && !integrity?.startsWith('sha512-')) faults.push(`${path} has no SHA-512 digest`);
    // Absent: from whatever registry npm is configured with, held to the digest.
    if (resolved !== undefined && !resolved.startsWith(publicRegistry)) faults.push(`${path} comes from elsewhere`);
  }
  return faults;
};

/** Licences under which others' work may be used here; those that only tools have need not be distributed. */
const licences = new Set([
  '0BSD',
  'Apache-2.0',
  'Artistic-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-3.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Python-2.0',
  'WTFPL',
  'Zlib',
]);

/** `MIT OR GPL-3.0-or-later` is good, `MIT AND GPL-3.0-or-later` is not. */
const isGood = (licence: string): boolean =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => licences.has(one)));

export const licenceFaults = ({ packages }: Lockfile): string[] =>
  Object.entries(packages).flatMap(([path, { license = 'none named', inBundle }]) =>
    path === '' || (inBundle && license === 'none named') || isGood(license) ? [] : [`${path}: ${license}`],
  );

export type Audit =
  | { readonly kind: 'clean' | 'unavailable'; readonly detail: string }
  | { readonly kind: 'weak'; readonly detail: string };

/** What `npm audit --json` says of what is shipped. @param output standard output, perhaps empty */
export const auditResult = (output: string): Audit => {
  let report: {
    readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
    readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
  };
  try {
    report = JSON.parse(output);
  } catch {
    return { kind: 'unavailable', detail: 'no answer' };
  }
  const counts = report.metadata?.vulnerabilities;
  if (!counts) return { kind: 'unavailable', detail: 'the registry does not answer questions about weaknesses' };
  const grave = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) =>
    ['high', 'critical'].includes(severity),
  );
  const detail = Object.entries(counts)
    .map(([severity, count]) => `${severity} ${String(count)}`)
    .join(', ');
  return grave.length === 0
    ? { kind: 'clean', detail }
    : { kind: 'weak', detail: `${detail}: ${grave.map(([name]) => name).join(', ')}` };
};

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const lockfile = read('package-lock.json') as Lockfile;
  const faults = [...lockfileFaults(lockfile, read('package.json') as Manifest), ...licenceFaults(lockfile)];
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const audit = auditResult(stdout ?? '');
  if (audit.kind === 'weak') faults.push(`known weaknesses in what is shipped: ${audit.detail}`);
  for (const fault of faults) console.error(fault);
  const packages = Object.keys(lockfile.packages).length - 1;
  console.log(
    `${String(packages)} packages: pinned, with digests and licences${faults.length === 0 ? '' : ' – but see above'}`,
  );
  console.log(
    audit.kind === 'unavailable'
      ? `NOT AUDITED for known weaknesses: ${audit.detail}. Run it where the registry answers.`
      : `Audited what is shipped: ${audit.detail}`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
