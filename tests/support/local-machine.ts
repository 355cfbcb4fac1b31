import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoints } from '../../local/endpoints.ts';

const root = join(import.meta.dirname, '../..');

/** A machine in a process of its own, as `npm start` runs it. */
export interface LocalMachine {
  readonly endpoints: Endpoints;
  readonly folder: string;
  readonly process: ChildProcess;
  /** What it has said so far. */
  output(): string;
  /** Calls `/_local/<path>` on the control port. */
  control<T = unknown>(path: string, body?: object): Promise<T>;
  /** Ends it by a signal, and waits until it is gone. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** A data folder that nothing has used yet. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'xinfang-'));

/** Starts `local/main.ts` on a data folder, and waits until it serves; on any free port if none is named. */
export const startLocalMachine = (
  folder = emptyFolder(),
  port = 0,
  env: NodeJS.ProcessEnv = {},
): Promise<LocalMachine> => spawnLocalMachine(folder, port, env).ready;

/** The same for whoever has something to do with the process before it serves. */
export function spawnLocalMachine(
  folder: string,
  port: number,
  env: NodeJS.ProcessEnv = {},
): { readonly process: ChildProcess; readonly ready: Promise<LocalMachine> } {
  const { child, output } = spawnMain(folder, port, env);
  return { process: child, ready: untilReady(folder, child, output) };
}

async function untilReady(folder: string, child: ChildProcess, output: () => string): Promise<LocalMachine> {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const endpoints = await readWhenReady(join(folder, 'endpoints.json'), child, output);
  return {
    endpoints,
    folder,
    process: child,
    output,
    control: async <T>(path: string, body?: object) => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${endpoints.control}/_local/${path}`, init);
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs `local/main.ts` to its end; what it said and its exit code. */
export async function runLocalMachine(folder: string): Promise<{ code: number | null; output: string }> {
  const { child, output } = spawnMain(folder);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output: output() };
}

/** Tests ask more in a minute than any officer does; those of the limits themselves set their own. */
const unlimited = JSON.stringify({
  readsPerMinute: 1_000_000,
  writesPerMinute: 1_000_000,
  publicPerMinute: 1_000_000,
});

// A test calls some of the functions; to load all of them is the most that a start does.
function spawnMain(folder: string, port = 0, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['local/main.ts'], {
    cwd: root,
    env: {
      LIMITS: unlimited,
      THROTTLE: 'off',
      WARM: 'off',
      ...process.env,
      ...env,
      DATA_DIR: folder,
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  return { child, output: () => output };
}

async function readWhenReady(file: string, child: ChildProcess, output: () => string): Promise<Endpoints> {
  for (;;) {
    const endpoints = read(file);
    if (endpoints !== undefined && endpoints.pid === child.pid) return endpoints;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The machine did not start:\n${output()}`);
    await delay(20);
  }
}

/** A file of a killed machine may still lie there, until the next one takes it away. */
function read(file: string): Endpoints | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Endpoints;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
