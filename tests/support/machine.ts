import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../local/api-client.ts';
import type { Endpoints } from '../../local/endpoints.ts';
import { isAlive, type ProcessMark } from '../../local/lock.ts';
import { freePort } from '../../local/ports.ts';
import { emptyFolder, type LocalMachine, startLocalMachine } from './local-machine.ts';

/** A local machine that a test kills and starts again: the same folder, the same port, another process. */
export interface Machine {
  readonly api: ApiClient;
  readonly baseUrl: string;
  readonly folder: string;
  readonly endpoints: Endpoints;
  /** How often it was killed. */
  readonly kills: number;
  /** Calls `/_local/<path>` on the control port. */
  control<T = unknown>(path: string, body?: object): Promise<T>;
  /** SIGKILL: no handler runs, nothing is put in order. */
  kill(): Promise<void>;
  /** After `kill`. */
  start(): Promise<void>;
  /** `kill` and `start`. */
  restart(): Promise<void>;
  /** What all its processes have said. */
  output(): string;
  /** Ends it with its store and removes its folder. */
  remove(): Promise<void>;
}

/** Starts a machine on a folder of its own. */
export async function startMachine(): Promise<Machine> {
  const folder = emptyFolder();
  // Its own port, so that tokens (whose issuer names it) and clients outlive a restart.
  const port = await freePort();
  let current: LocalMachine | undefined;
  let said = '';
  let kills = 0;

  // Also when the tests are broken off.
  const clear = (): void => {
    current?.process.kill('SIGKILL');
    endStore(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', clear);

  const running = (): LocalMachine => {
    if (current === undefined) throw new Error('The machine has been killed and not started again.');
    return current;
  };
  const kill = async (): Promise<void> => {
    const victim = running();
    await victim.stop('SIGKILL');
    current = undefined;
    kills += 1;
    said += victim.output();
  };
  const start = async (): Promise<void> => {
    current = await startLocalMachine(folder, port);
  };
  await start();
  return {
    api: new ApiClient(`http://127.0.0.1:${String(port)}`),
    baseUrl: `http://127.0.0.1:${String(port)}`,
    folder,
    get endpoints() {
      return running().endpoints;
    },
    get kills() {
      return kills;
    },
    control: (path, body) => running().control(path, body),
    kill,
    start,
    restart: async () => {
      await kill();
      await start();
    },
    output: () => said + (current?.output() ?? ''),
    remove: async () => {
      await current?.stop();
      process.off('exit', clear);
      current = undefined;
      clear();
    },
  };
}

/** A machine that was killed leaves its store running for the next start. */
function endStore(folder: string): void {
  let mark: ProcessMark;
  try {
    mark = JSON.parse(readFileSync(join(folder, 'store.json'), 'utf8'));
  } catch {
    return; // stopped in order
  }
  if (isAlive(mark)) process.kill(mark.pid, 'SIGKILL');
}
