import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoints } from '../local/endpoints.ts';
import type { FunctionCounts } from '../local/functions.ts';
import { freePort } from '../local/ports.ts';
import { measure, median, progress } from './measures.ts';

const root = join(import.meta.dirname, '..');

export interface Metrics {
  readonly stateTransitions: number;
  readonly executionsStarted: number;
  readonly executionsFailed: number;
  readonly functions: Readonly<Record<string, FunctionCounts>>;
}

export interface RunningMachine {
  readonly baseUrl: string;
  readonly endpoints: Endpoints;
  /** From the start of the process to the first answered request. */
  readonly startMs: number;
  metrics(): Promise<Metrics>;
  stop(): Promise<void>;
}

const startLimitMs = 120_000;

/** `npm start` on an empty data folder. With `store`, its functions reach DynamoDB there. */
export async function startMachine(store?: string): Promise<RunningMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'xinfang-bench-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${String(port)}`;
  // What is measured here is more than any officer asks in a minute.
  const LIMITS = JSON.stringify({ readsPerMinute: 1_000_000, writesPerMinute: 1_000_000, publicPerMinute: 1_000_000 });
  const env: NodeJS.ProcessEnv = {
    THROTTLE: 'off',
    ...process.env,
    DATA_DIR: folder,
    PORT: String(port),
    LIMITS,
  };
  delete env.AWS_ENDPOINT_URL_DYNAMODB;
  if (store !== undefined) env.AWS_ENDPOINT_URL_DYNAMODB = store;
  const start = performance.now();
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  while (!(await answers(`${baseUrl}/health`))) {
    if (child.exitCode !== null || performance.now() - start > startLimitMs)
      throw new Error(`The machine did not start:\n${errors}`);
    await sleep(10);
  }
  const startMs = performance.now() - start;
  const endpoints = await endpointsOf(folder);
  // The machine itself, once: through npm it would come twice, and at a second signal the machine does not wait.
  const end = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(endpoints.pid, 'SIGTERM');
  };
  process.once('exit', end);
  return {
    baseUrl,
    endpoints,
    startMs,
    metrics: async () => (await (await fetch(`${endpoints.control}/_local/metrics`)).json()) as Metrics,
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      end();
      process.removeListener('exit', end);
      if (child.exitCode === null && child.signalCode === null) await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** Written just after the API has opened. */
async function endpointsOf(folder: string): Promise<Endpoints> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return JSON.parse(await readFile(join(folder, 'endpoints.json'), 'utf8')) as Endpoints;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(20);
    }
  }
}

/** Starts a few times and leaves the last machine running for what is measured on it. */
export async function measureStart(rounds: number) {
  progress('start: once to fill the caches …');
  await (await startMachine()).stop();
  const times: number[] = [];
  for (let round = 1; ; round += 1) {
    const machine = await startMachine();
    times.push(machine.startMs);
    progress(`start: ${machine.startMs.toFixed(0)} ms`);
    if (round === rounds) {
      const start = measure(median(times) / 1000, 's', { budget: 6, detail: { seconds: times.map(inSeconds) } });
      return { machine, measures: { start } };
    }
    await machine.stop();
  }
}

const inSeconds = (ms: number): number => Number((ms / 1000).toFixed(2));
