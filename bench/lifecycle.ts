import { setTimeout as sleep } from 'node:timers/promises';
import { legalDay } from '../domain/calendar/calendar.ts';
import { functions as specs } from '../infra/functions.ts';
import { ApiClient, type Caller } from '../local/api-client.ts';
import { type Story, type StoryStep, scenarioA } from '../local/scenario-a.ts';
import type { Metrics, RunningMachine } from './machine.ts';
import { type Measures, mean, measure, progress } from './measures.ts';
import type { Meter, Usage, Written } from './meter.ts';
import { plainLifecycle } from './plain-lifecycle.ts';
import { cost, prices } from './prices.ts';

/** Scenario A's reception day: a stream and a machine of its own, reported apart from the petition. */
const receptionSteps = ['publish-session', 'check-in', 'record-visit', 'instruct', 'follow-up'];
/** Another petition, there to be found. */
const apart = ['earlier'];

/** Not called through the HTTP API. */
const background = [
  'anchor',
  'anchor-collect',
  'count',
  'dispatch',
  'erasure-finish',
  'evidence-scan',
  'open-step',
  'reconcile',
  'sweep',
  'tripwire',
];

/** A whole vCPU's worth of memory: with less, Lambda gives a share of one. */
const memoryOfOneCpu = 1769;

const newStory = (api: ApiClient): Story => ({ api, today: legalDay(new Date().toISOString()) });

/** Plays a story to its end. */
export async function play(api: ApiClient, steps: readonly StoryStep[] = plainLifecycle): Promise<void> {
  const story = newStory(api);
  for (const step of steps) await step.run(story);
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

async function observe(machine: RunningMachine, meter: Meter, steps: readonly StoryStep[]): Promise<StepUse[]> {
  const story = newStory(new PatientClient(machine.baseUrl, async () => void (await rest(machine))));
  const uses: StepUse[] = [];
  let before = await rest(machine);
  meter.take();
  for (const step of steps) {
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
  readonly keyRequests: number;
}

/** Keyed hashes of a registration: identity number, phone, name with address, query code. The portal checks the code each time. */
const hashesOfRegistering = 4;

/**
 * Requests to the key service. In an office the steps of a story lie days apart, while a data key is kept for five minutes:
 * each function that works with personal data opens it once per step. Keyed hashes are counted besides, and the key that
 * is made at registration.
 */
const keyRequestsOf = ({ id, invocations, usage }: StepUse): number => {
  const opened = Object.keys(invocations).filter((name) => specs[name]?.personalData !== undefined).length;
  const registered = usage.writes.some(({ events }) => events.includes('PetitionRegistered'));
  // Who registers makes the key and need not open it.
  const made = registered ? hashesOfRegistering : 0;
  const codes = (invocations.portal ?? 0) + (id.startsWith('serve-receipt') ? 1 : 0);
  return opened + made + codes;
};

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
    keyRequests: sum(uses.map(keyRequestsOf)),
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
    keyRequest: of.keyRequests,
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
    'write-units.count': followUp('count'),
  };
}

const transitionsBySteps = (uses: readonly StepUse[]) =>
  Object.fromEntries(uses.filter(({ transitions }) => transitions > 0).map(({ id, transitions }) => [id, transitions]));

/** What one petition takes from registration to closing, and what AWS would charge for it. */
export async function measureLifecycle(machine: RunningMachine, meter: Meter): Promise<Measures> {
  progress('lifecycle: scenario A once, to load every function …');
  await play(new ApiClient(machine.baseUrl), scenarioA);
  progress('lifecycle: metered …');
  const plain = await observe(machine, meter, plainLifecycle);
  const own = bill(plain);
  const { usd, parts } = billed(own);
  progress('lifecycle: scenario A, metered …');
  const scenario = (await observe(machine, meter, scenarioA)).filter(({ id }) => !apart.includes(id));
  const reception = scenario.filter(({ id }) => receptionSteps.includes(id));
  const larger = scenario.filter(({ id }) => !receptionSteps.includes(id));
  const [visit, case_] = [bill(reception), bill(larger)];
  return {
    'lifecycle.cost': measure(usd, 'US$', { budget: 0.001, detail: { amounts: own, usd: parts, prices } }),
    'lifecycle.state-transitions': measure(own.transitions, 'transitions', {
      budget: 30,
      detail: { bySteps: transitionsBySteps(plain) },
    }),
    'lifecycle.api-calls': measure(own.apiCalls, 'requests', { detail: { budgetSpeaksOf: 30 } }),
    'lifecycle.invocations': measure(own.invocations, 'invocations'),
    'lifecycle.write-units': measure(own.writeUnits, 'WRU'),
    'lifecycle.read-units': measure(own.readUnits, 'RRU', {
      detail: { reportedByStore: sum(plain.map(({ usage }) => usage.readUnits.reported)) },
    }),
    'lifecycle.key-requests': measure(own.keyRequests, 'requests'),
    'lifecycle.gigabyte-seconds': measure(own.gigabyteSeconds, 'GB-s', {
      detail: { measuredMilliseconds: sum(plain.flatMap(({ milliseconds }) => Object.values(milliseconds))) },
    }),
    'scenario-a.cost': measure(billed(case_).usd, 'US$', { detail: { amounts: case_, usd: billed(case_).parts } }),
    'scenario-a.state-transitions': measure(case_.transitions, 'transitions', {
      budget: 30,
      detail: { bySteps: transitionsBySteps(larger) },
    }),
    'scenario-a.reception.cost': measure(billed(visit).usd, 'US$', {
      detail: { amounts: visit, usd: billed(visit).parts },
    }),
    'scenario-a.reception.state-transitions': measure(visit.transitions, 'transitions'),
    ...writesOf([...plain, ...scenario]),
  };
}
