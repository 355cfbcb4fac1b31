/** The synthesized template, from a cache as long as nothing that goes into it has changed. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { suiteNamed } from '../adapters/envelope.ts';
import { InUse, lock } from './lock.ts';
import { readAssembly, type Stack } from './template.ts';

const root = join(import.meta.dirname, '..');
const cache = join(root, 'build/local');

/** What the bundles and the template are made from. */
const sources = [
  'adapters',
  'domain',
  'functions',
  'infra',
  'workflows',
  'package-lock.json',
  'local/assembly.ts',
  'local/oidc-client.ts',
  'local/synthesize.ts',
];

/** Stands in the cached template for the issuer, whose port is known only at each start. */
const ISSUER = 'https://issuer.local.invalid/oidc';

/** The suite that the template is made with; the one that is configured here stands in its place. */
const SUITE = '"ENCRYPTION_SUITE": "aes-256-gcm"';

const configuredSuite = (): string =>
  `"ENCRYPTION_SUITE": "${suiteNamed(process.env.ENCRYPTION_SUITE || 'aes-256-gcm')}"`;

const KEPT = 3;

/** Stacks with the given issuer. Synthesizes when a source has changed. */
export async function loadStacks(issuer: string): Promise<readonly Stack[]> {
  const folder = join(cache, hashOf(sources));
  if (!existsSync(folder)) await build(folder);
  utimesSync(folder, new Date(), new Date());
  return readAssembly(folder, (text) => text.replaceAll(ISSUER, issuer).replaceAll(SUITE, configuredSuite()));
}

async function build(folder: string): Promise<void> {
  const unlock = await waitForLock();
  try {
    if (existsSync(folder)) return; // someone else has built it meanwhile
    console.error('正在合成模板… Synthesizing the template …');
    const outdir = `${folder}.new`;
    rmSync(outdir, { recursive: true, force: true });
    await run([join(import.meta.dirname, 'synthesize.ts'), outdir, ISSUER]);
    renameSync(outdir, folder); // the name appears only when everything is there
    prune();
  } finally {
    unlock();
  }
}

async function run(script: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, script, { stdio: ['ignore', 2, 2] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error('The template could not be synthesized; the reason stands above');
}

/** Two machines may start at once, on different data; they share the bundles. */
async function waitForLock(): Promise<() => void> {
  for (;;) {
    try {
      return lock(cache);
    } catch (error) {
      if (!(error instanceof InUse)) throw error;
      await delay(100);
    }
  }
}

function prune(): void {
  const folders = readdirSync(cache, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{64}$/.test(entry.name))
    .map(({ name }) => join(cache, name))
    .sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs);
  for (const old of folders.slice(KEPT)) rmSync(old, { recursive: true, force: true });
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  const add = (path: string) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(join(path, name));
      return;
    }
    const content = readFileSync(full);
    hash.update(`${path}\0${content.length}\0`).update(content);
  };
  mkdirSync(cache, { recursive: true });
  for (const path of paths) add(path);
  return hash.digest('hex');
}
