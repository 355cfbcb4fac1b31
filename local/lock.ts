/** A folder that one process uses at a time, also after a process died without a word. */

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder is in use by a living process. */
export class InUse extends Error {
  override readonly name = 'InUse';
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(`${folder} is in use by process ${pid}`);
    this.pid = pid;
  }
}

/** A process as found again later: a pid alone may have been given to another process since. */
export interface ProcessMark {
  readonly pid: number;
  readonly startedAt: string | null;
}

export function markOf(pid: number): ProcessMark {
  return { pid, startedAt: stat(pid)[1] };
}

export function isAlive({ pid, startedAt }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const [state, now] = stat(pid);
  // Ended, and not yet noticed by its parent: in a container that may last.
  if (state === 'Z' || state === 'X') return false;
  return startedAt === null || now === null || now === startedAt;
}

/** Takes the folder for this process; answers how to give it back. @throws InUse */
export function lock(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'lock');
  const mine = `${file}.${process.pid}`;
  const content = JSON.stringify(markOf(process.pid));
  for (;;) {
    try {
      writeFileSync(mine, content);
      linkSync(mine, file); // fails if the name exists: of two starters one wins
      return () => {
        if (read(file) === content) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(mine, { force: true });
    }
    const found = read(file);
    if (found === undefined) continue;
    const holder = parse(found);
    if (holder !== undefined && isAlive(holder)) throw new InUse(folder, holder.pid);
    setAside(file, found);
  }
}

/** Removes a dead lock, and only that one: another starter may have taken its place since it was read. */
function setAside(file: string, dead: string): void {
  const aside = `${file}.dead.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== dead) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(content: string): ProcessMark | undefined {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** State, and ticks since boot at which the process started; null where /proc does not say. */
function stat(pid: number): readonly [state: string | null, startedAt: string | null] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [fields[0] ?? null, fields[19] ?? null];
  } catch {
    return [null, null];
  }
}
