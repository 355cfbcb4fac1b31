/**
 * Writers at work while the machine is killed again and again at random moments; afterwards the record is held against
 * what the writers were told.
 */

import { type ChildProcess, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, ApiClient, until } from '../../local/api-client.ts';
import { readIdentities } from '../../local/identities.ts';
import { isAlive, type ProcessMark } from '../../local/lock.ts';
import { freePort } from '../../local/ports.ts';
import { emptyFolder, type LocalMachine, spawnLocalMachine } from '../support/local-machine.ts';
import { exportOf } from '../support/story.ts';
import {
  checkChains,
  checkExecutions,
  checkWrites,
  headsOf,
  type Kept,
  readTables,
  type Tables,
  waitingItems,
} from './check.ts';
import { Journal } from './journal.ts';
import { type Random, randomOf } from './random.ts';
import { runWriters } from './writers.ts';

/** Most writes that are waited for before a kill, and for how long: cold functions are slow, and few writes in flight. */
const warmWrites = 24;
const longestLifeMs = 2000;

const root = join(import.meta.dirname, '../..');

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  readonly writers?: number;
  readonly log?: (line: string) => void;
}

export interface KillReport {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: Readonly<Record<'machine' | 'store' | 'both' | 'while starting', number>>;
  /** Kills at which at least one write waited for its answer, and writes that did in all. */
  readonly killsInFlight: number;
  readonly writesInFlight: number;
  readonly kept: Kept;
  readonly casesFinished: number;
  readonly impatient: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly streams: number;
  readonly events: number;
  readonly openStages: number;
  /** What the first reconciliation after the last start found. */
  readonly reconciled: Answer;
  /** Everything that must not be; empty when nothing was lost, doubled or stranded. */
  readonly problems: readonly string[];
}

/** Kills `kills` times, checks, and removes everything. */
export async function runKills({ kills, seed, writers = 8, log = () => {} }: KillOptions): Promise<KillReport> {
  const began = performance.now();
  const random = randomOf(seed);
  const folder = emptyFolder();
  const port = await freePort();
  const machine = new Victim(folder, port);
  try {
    const first = await machine.start();
    const baseUrl = first.endpoints.baseUrl;
    const api = new ApiClient(baseUrl);
    const tokens = new Map<string, string>();
    for (const { id } of readIdentities()) tokens.set(id, await api.token(id));

    let stopping = false;
    const journal = new Journal({ baseUrl, tokens, random: random.fork('keys'), giveUp: 0.05, ready: machine.ready });
    const working = runWriters({ journal, random, count: writers, stopping: () => stopping });
    const counts = { machine: 0, store: 0, both: 0, 'while starting': 0 };
    let killsInFlight = 0;
    let writesInFlight = 0;
    const moments = random.fork('kills');
    for (let killed = 1; killed <= kills; killed += 1) {
      const early = killed < kills && moments.chance(0.15);
      if (early) {
        // In the middle of a start: whatever is half-way there must not be in the next one's way.
        await machine.kill('machine', 0);
        await machine.startAndKillAfter(moments.below(900));
        counts['while starting'] += 1;
        killed += 1;
      } else {
        // Once the functions are at work again, and at any moment of a write.
        await journal.acknowledged(moments.below(warmWrites), longestLifeMs);
        await delay(moments.below(20));
      }
      const victim = victimOf(moments);
      const { inFlight } = journal;
      killsInFlight += inFlight > 0 ? 1 : 0;
      writesInFlight += inFlight;
      if (!early) await machine.kill(victim, moments.below(30));
      counts[early ? 'machine' : victim] += 1;
      await machine.start();
      if (killed % 20 === 0) log(`${String(killed)} kills, ${String(journal.writes.length)} writes`);
    }
    stopping = true;
    const written = await working;

    const { endpoints } = machine.running();
    const reconciled: Answer = await api.as('operator').post('/operations/reconciliations', {});
    const settled = await untilSettled(machine.running(), api);
    const { kept, problems } = checkWrites(journal.writes, settled.tables);
    const chains = checkChains(settled.tables);
    return {
      seed,
      seconds: Math.round((performance.now() - began) / 1000),
      kills: counts,
      killsInFlight,
      writesInFlight,
      kept,
      casesFinished: written.finished,
      impatient: written.impatient,
      statuses: Object.fromEntries([...journal.statuses].sort()),
      streams: chains.streams,
      events: chains.events,
      openStages: headsOf(settled.tables).reduce((sum, { openStages }) => sum + openStages.length, 0),
      reconciled,
      problems: [
        ...problems,
        ...chains.problems,
        ...settled.problems,
        ...(await checkExports(api, settled.tables, folder)),
        ...written.problems,
        ...journal.failures,
        ...Object.entries((await machine.running().control<Answer>('metrics')).deadLetters).flatMap(([queue, count]) =>
          count === 0 ? [] : [`${queue} holds ${String(count)} dead letters`],
        ),
        ...(endpoints.pid === machine.running().endpoints.pid
          ? []
          : ['The machine ended by itself after the last start']),
      ],
    };
  } finally {
    await machine.remove();
  }
}

const victimOf = (random: Random): 'machine' | 'store' | 'both' => {
  const n = random.below(10);
  if (n < 6) return 'machine';
  return n < 8 ? 'store' : 'both';
};

/** The machine's process and its store's. */
class Victim {
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;
  #running: LocalMachine | undefined;
  #ready = Promise.withResolvers<void>();

  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  /** Resolves while the machine serves. */
  readonly ready = async (): Promise<void> => {
    await this.#ready.promise;
    // A machine that is about to end still refuses; clients ask again after a moment.
    await delay(10);
  };

  running(): LocalMachine {
    if (this.#running === undefined) throw new Error('The machine does not run.');
    return this.#running;
  }

  async start(): Promise<LocalMachine> {
    const { process: child, ready } = spawnLocalMachine(this.#folder, this.#port);
    this.#process = child;
    this.#running = await ready;
    this.#ready.resolve();
    return this.#running;
  }

  /** Starts and kills before the machine has come up, or shortly after. */
  async startAndKillAfter(milliseconds: number): Promise<void> {
    const { process: child, ready } = spawnLocalMachine(this.#folder, this.#port);
    this.#process = child;
    ready.catch(() => {}); // as intended
    await delay(milliseconds);
    await this.#end('SIGKILL');
  }

  /** SIGKILL to one or both; a machine without its store ends by itself. `gap`: milliseconds between the two. */
  async kill(victim: 'machine' | 'store' | 'both', gap: number): Promise<void> {
    this.#ready = Promise.withResolvers<void>();
    this.#running = undefined;
    if (victim !== 'machine') this.#killStore();
    if (victim === 'both') await delay(gap);
    await this.#end(victim === 'store' ? undefined : 'SIGKILL');
  }

  async remove(): Promise<void> {
    await this.#end('SIGKILL');
    this.#killStore();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: 'SIGKILL' | undefined): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (signal !== undefined) child.kill(signal);
    await exited;
  }

  #killStore(): void {
    try {
      const mark = JSON.parse(readFileSync(join(this.#folder, 'store.json'), 'utf8')) as ProcessMark;
      if (isAlive(mark)) process.kill(mark.pid, 'SIGKILL');
    } catch {
      // none
    }
  }
}

/** Waits until workflow and record agree; what still differs in the end is stranded. */
async function untilSettled(machine: LocalMachine, api: ApiClient): Promise<{ tables: Tables; problems: string[] }> {
  let last: { tables: Tables; problems: string[] } | undefined;
  const look = async (): Promise<{ tables: Tables; problems: string[] }> => {
    const tables = await readTables(machine.endpoints);
    return {
      tables,
      problems: [...(await checkExecutions(machine.endpoints, tables)), ...(await checkWaiting(api, tables))],
    };
  };
  return until(
    'workflow and record to agree',
    async () => {
      last = await look();
      return last.problems.length === 0 ? last : undefined;
    },
    30_000,
  ).catch((error: unknown) => last ?? Promise.reject(error));
}

/** Open rounds where nobody is asked, and steps that the rules wait for and that stand on nobody's worklist. */
async function checkWaiting(api: ApiClient, tables: Tables): Promise<string[]> {
  const problems: string[] = [];
  const items = waitingItems(tables);
  for (const { pk, openStages } of headsOf(tables)) {
    if (openStages.length === 0) continue;
    const id = pk.slice(2);
    for (const open of openStages) {
      if (![...items].some((item) => item.startsWith(`${id} ${open}#`)))
        problems.push(`${id} ${open}: nobody is asked`);
    }
    if (!pk.startsWith('P#')) continue;
    const { waitingFor } = await api.as('auditor').get(`/petitions/${id}`);
    for (const { stage, round, step, leg } of waitingFor as Answer[]) {
      if (stage === 'task') continue; // on a worklist from its commit on
      const key = `${id} ${[stage, round, step, ...(leg === undefined ? [] : [leg])].join('#')}`;
      if (!items.has(key)) problems.push(`${key}: waited for, and on no worklist`);
    }
  }
  return problems;
}

/** Every petition's chain by the auditor's own means: its replay, and one bundle of all for the verifier. */
async function checkExports(api: ApiClient, tables: Tables, folder: string): Promise<string[]> {
  const problems: string[] = [];
  for (const { pk } of headsOf(tables)) {
    if (!pk.startsWith('P#')) continue;
    const { chainWhole, stateEqual } = await api.as('auditor').get(`/petitions/${pk.slice(2)}/replay`);
    if (!chainWhole || !stateEqual) problems.push(`${pk}: chain ${chainWhole}, state ${stateEqual}`);
  }
  const file = join(folder, 'bundle');
  writeFileSync(file, await exportOf(api, { kind: 'all' }));
  const { status, stdout } = spawnSync(process.execPath, ['verify/verify.ts', file], { cwd: root, encoding: 'utf8' });
  if (status !== 0) problems.push(`verify says ${stdout}`);
  return problems;
}
