/** What of a data folder is kept in a backup, and how it comes back (`npm run backup`, `npm run restore`). */

import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BadBackup, type Kept, readArchive, writeArchive } from './archive.ts';
import { isAlive, type ProcessMark } from './lock.ts';

const database = 'store.db';
/** What belongs to a running process, or is made anew at each start. */
const passing = [/^lock(\.|$)/, /^store\.(json|log|db)/, /^endpoints\.json/, /\.new$/];
/** Objects never change once they are there, so a second name keeps them as they are. */
const unchanging = 'objects/';

/** Why a backup or a restoration does not take place. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible';
}

/** Paths of all files below a folder; an object's data before its description, without which it is not there. */
const filesIn = (folder: string): string[] =>
  pathsIn(folder).sort((a, b) => Number(a.endsWith('.json')) - Number(b.endsWith('.json')));

function pathsIn(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? pathsIn(folder, path) : entry.isFile() ? [path] : [];
  });
}

/**
 * Takes a backup of a folder, also of a running machine, as the record is at one moment. Checkpoints are taken before
 * the record and everything else after it: signals that come again are harmless, keys and files that are not there yet
 * would not be.
 *
 * @throws NotPossible
 */
export async function backUp(folder: string, file: string, passphrase?: string): Promise<{ files: number }> {
  const target = resolve(file);
  if (!existsSync(join(folder, database))) throw new NotPossible(`There is no store in ${folder}.`);
  if (existsSync(target)) throw new NotPossible(`${target} exists already.`);
  process.umask(0o077);
  const staging = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  try {
    const kept: Kept[] = [];
    const keep = (paths: readonly string[]): void => {
      for (const path of paths) {
        const source = join(staging, path);
        mkdirSync(dirname(source), { recursive: true });
        if (snapshot(join(folder, path), source, path.startsWith(unchanging))) kept.push({ path, source });
      }
    };
    const wanted = () => filesIn(folder).filter((path) => !passing.some((one) => one.test(path)));
    const isCheckpoint = (path: string): boolean => path.startsWith('checkpoints/');
    keep(wanted().filter(isCheckpoint));
    const at = new Date().toISOString();
    copyDatabase(join(folder, database), join(staging, database));
    kept.push({ path: database, source: join(staging, database) });
    keep(wanted().filter((path) => !isCheckpoint(path)));
    await writeArchive(join(staging, 'archive'), kept, at, passphrase);
    renameSync(join(staging, 'archive'), target);
    return { files: kept.length };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** `false`: it is gone meanwhile. */
function snapshot(from: string, to: string, unchanging: boolean): boolean {
  try {
    if (unchanging) {
      try {
        linkSync(from, to);
        return true;
      } catch (error) {
        if (!['EXDEV', 'EPERM', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    copyFileSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** One transaction reads everything, so what is written meanwhile is either wholly in the copy or not at all. */
function copyDatabase(from: string, to: string): void {
  const source = new DatabaseSync(from, { timeout: 10_000 });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
}

/** Puts a backup into a folder that is empty or not there yet; it appears there whole or not at all. @throws NotPossible, BadBackup */
export async function restore(file: string, folder: string, passphrase?: string): Promise<{ at: string }> {
  if (!existsSync(file)) throw new NotPossible(`There is no file ${file}.`);
  const holder = runningOn(folder);
  if (holder !== undefined) throw new NotPossible(`Process ${String(holder)} runs on ${folder}. Stop it first.`);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new NotPossible(`${folder} is not empty. Choose another folder by DATA_DIR, or move this one away.`);
  process.umask(0o077);
  mkdirSync(dirname(folder), { recursive: true });
  const staging = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const { at } = await readArchive(file, staging, passphrase);
    checkDatabase(join(staging, database));
    renameSync(staging, folder); // over an empty folder, if there is one
    return { at };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function checkDatabase(file: string): void {
  if (!existsSync(file)) throw new BadBackup('The backup holds no store.');
  const restored = new DatabaseSync(file);
  try {
    const [result] = restored.prepare('PRAGMA integrity_check').all();
    if (result?.integrity_check !== 'ok')
      throw new BadBackup(`The store in the backup is damaged: ${String(result?.integrity_check)}`);
  } finally {
    restored.close();
  }
}

function runningOn(folder: string): number | undefined {
  try {
    const mark = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as ProcessMark;
    return isAlive(mark) ? mark.pid : undefined;
  } catch {
    return undefined;
  }
}
