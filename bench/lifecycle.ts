import { setTimeout as sleep } from 'node:timers/promises';
import { legalDay } from '../domain/calendar/calendar.ts';
import { functions as specs } from '../infra/functions.ts';
import { ApiClient, type Caller } from '../local/api-client.ts';
import { type Story, scenarioA } from '../local/scenario-a.ts';
import type { Metrics, RunningMachine } from './machine.ts';
import { type Measures, mean, measure, progress } from './measures.ts';
import type { Meter, Usage, Written } from './meter.ts';
import { cost, prices } from './prices.ts';

/** Scenario A's reception day: a stream and a machine of its own, reported apart from the petition. */
const receptionSteps = ['publish-session', 'check-in', 'record-visit', 'instruct', 'follow-up'];
/** Another petition, there to be found. */
const apart = ['earlier'];

/** Not called through the HTTP API. */
const background = ['dispatch', 'open-step', 'reconcile', 'tripwire'];

/** A whole vCPU's worth of memory: with less, Lambda gives a share of one. */
const memoryOfOneCpu = 1769;

const newStory = (api: ApiClient): Story => ({ api, today: legalDay(new Date().toISOString()) });

/** Plays scenario A to its end. */
export async function playLifecycle(api: ApiClient): Promise<void> {
  const story = newStory(api);
  for (const step of scenarioA) await step.run(story);
}

/** What one step of the story took, with everything that followed from it. */
interface StepUse {
  readonly id: string;
  readonly transitions: number;
  readonly invocations: Readonly<Record<string, number>>;
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly usage: Usage;
}

/** Officers look at a worklist once the workflow has come to rest, so that no request is counted that only waits. */
class PatientClient extends ApiClient {
  readonly #quiet: () => Promise<void>;

  constructor(baseUrl: string, quiet: () => Promise<void>) {
    super(baseUrl);
    this.#quiet = quiet;
  }

  override as(identity?: string): Caller {
    const caller = super.as(identity);
    return {
      ...caller,
      get: async (path) => {
        if (path.startsWith('/worklist')) await this.#quiet();
        return caller.get(path);
      },
    };
  }
}

const restMs = 150;

/** Waits until nothing has run for a while. */
async function rest(machine: RunningMachine): Promise<Metrics> {
  let before = await machine.metrics();
  for (;;) {
    await sleep(restMs);
    const now = await machine.metrics();
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}

const difference = (now: Metrics, before: Metrics, of: 'invocations' | 'milliseconds') =>
  Object.fromEntries(
    Object.entries(now.functions)
      .map(([name, counts]) => [name, counts[of] - (before.functions[name]?.[of] ?? 0)] as const)
      .filter(([name, count]) => count > 0 && name !== 'reconcile'),
  );

async function observe(machine: RunningMachine, meter: Meter): Promise<StepUse[]> {
  const story = newStory(new PatientClient(machine.baseUrl, async () => void (await rest(machine))));
  const uses: StepUse[] = [];
  let before = await rest(machine);
  meter.take();
  for (const step of scenarioA) {
    await step.run(story);
    const now = await rest(machine);
    uses.push({
      id: step.id,
      transitions: now.stateTransitions - before.stateTransitions,
      invocations: difference(now, before, 'invocations'),
      milliseconds: difference(now, before, 'milliseconds'),
      usage: meter.take(),
    });
    before = now;
  }
  return uses;
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

interface Bill {
  readonly apiCalls: number;
  readonly transitions: number;
  readonly invocations: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly gigabyteSeconds: number;
}

/** As if all of a function's time were computing, which a share of a CPU stretches: an upper limit. */
const gigabyteSeconds = (name: string, milliseconds: number): number => {
  const memory = specs[name]?.memoryMegabytes ?? 0;
  return (milliseconds / 1000) * Math.max(1, memoryOfOneCpu / memory) * (memory / 1024);
};

function bill(uses: readonly StepUse[]): Bill {
  const invocations = uses.flatMap((use) => Object.entries(use.invocations));
  return {
    apiCalls: sum(invocations.map(([name, count]) => (background.includes(name) ? 0 : count))),
    transitions: sum(uses.map(({ transitions }) => transitions)),
    invocations: sum(invocations.map(([, count]) => count)),
    writeUnits: sum(uses.flatMap(({ usage }) => usage.writes.map(({ computed }) => computed))),
    readUnits: sum(uses.map(({ usage }) => usage.readUnits.computed)),
    gigabyteSeconds: sum(
      uses.flatMap(({ milliseconds }) =>
        Object.entries(milliseconds).map(([name, duration]) => gigabyteSeconds(name, duration)),
      ),
    ),
  };
}

const billed = (of: Bill) =>
  cost({
    stateTransition: of.transitions,
    writeRequestUnit: of.writeUnits,
    readRequestUnit: of.readUnits,
    invocation: of.invocations,
    gigabyteSecond: of.gigabyteSeconds,
    httpRequest: of.apiCalls,
  });

const commandName = ({ events }: Written): string => events.join('+');

function byCommand(commands: readonly Written[]) {
  return Object.fromEntries(
    [...Map.groupBy(commands, commandName)].map(([name, group]) => [
      name,
      {
        units: Number(mean(group.map(({ computed }) => computed)).toFixed(1)),
        reported: Number(mean(group.map(({ reported }) => reported)).toFixed(1)),
        items: (group[0]?.items ?? []).map(
          ({ item, size, units }) =>
            `${item} ${String(size)} B: ${[units.table, ...Object.entries(units.indexes).map(([index, of]) => `${String(of)} ${index}`)].join(' + ')}`,
        ),
      },
    ]),
  );
}

function writesOf(uses: readonly StepUse[]): Measures {
  const writes = uses.flatMap(({ usage }) => usage.writes);
  const ofKind = (kind: Written['kind']) => writes.filter((write) => write.kind === kind);
  const commands = ofKind('command');
  const units = commands.map(({ computed }) => computed);
  const reported = commands.map((command) => command.reported);
  const followUp = (kind: Written['kind']) => {
    const of = ofKind(kind);
    return measure(mean(of.map(({ computed }) => computed)), 'WRU', {
      detail: { writes: of.length, reportedByStore: mean(of.map((write) => write.reported)) },
    });
  };
  return {
    'write-units.command.mean': measure(mean(units), 'WRU', {
      budget: 10,
      detail: { commands: commands.length, reportedByStore: Number(mean(reported).toFixed(2)) },
    }),
    'write-units.command.max': measure(Math.max(...units), 'WRU', {
      detail: { reportedByStore: Math.max(...reported), byCommand: byCommand(commands) },
    }),
    'write-units.open-step': followUp('open-step'),
    'write-units.mark-signalled': followUp('mark'),
  };
}

/** What one petition takes from registration to closing, and what AWS would charge for it. */
export async function measureLifecycle(machine: RunningMachine, meter: Meter): Promise<Measures> {
  progress('lifecycle: once to load every function …');
  await playLifecycle(new ApiClient(machine.baseUrl));
  progress('lifecycle: metered …');
  const uses = await observe(machine, meter);
  const { petitionsOwn = [], reception = [] } = Object.groupBy(
    uses.filter(({ id }) => !apart.includes(id)),
    ({ id }) => (receptionSteps.includes(id) ? 'reception' : 'petitionsOwn'),
  );
  const own = bill(petitionsOwn);
  const visit = bill(reception);
  const { usd, parts } = billed(own);
  const transitions = Object.fromEntries(
    petitionsOwn.filter((use) => use.transitions > 0).map((use) => [use.id, use.transitions]),
  );
  return {
    'lifecycle.cost': measure(usd, 'US$', { budget: 0.001, detail: { amounts: own, usd: parts, prices } }),
    'lifecycle.state-transitions': measure(own.transitions, 'transitions', {
      budget: 30,
      detail: { bySteps: transitions },
    }),
    'lifecycle.api-calls': measure(own.apiCalls, 'requests'),
    'lifecycle.invocations': measure(own.invocations, 'invocations'),
    'lifecycle.write-units': measure(own.writeUnits, 'WRU'),
    'lifecycle.read-units': measure(own.readUnits, 'RRU', {
      detail: { reportedByStore: sum(petitionsOwn.map(({ usage }) => usage.readUnits.reported)) },
    }),
    'lifecycle.gigabyte-seconds': measure(own.gigabyteSeconds, 'GB-s', {
      detail: {
        measuredMilliseconds: sum(petitionsOwn.flatMap(({ milliseconds }) => Object.values(milliseconds))),
      },
    }),
    'reception.cost': measure(billed(visit).usd, 'US$', { detail: { amounts: visit, usd: billed(visit).parts } }),
    'reception.state-transitions': measure(visit.transitions, 'transitions'),
    ...writesOf([...petitionsOwn, ...reception]),
  };
}
