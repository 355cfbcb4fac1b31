/** The template's Lambda functions, each in a worker thread with the environment that the template gives it. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FailureReport, WorkerAnswer, WorkerRequest, WorkerSetup } from './function-worker.ts';
import type { Json, JsonObject } from './intrinsics.ts';
import { Places, RUNNING_AT_ONCE } from './overload.ts';
import { type LocalResource, REGION } from './template.ts';

/** An invocation that failed; `name` is the error type that Lambda would report. */
export class FunctionError extends Error {
  readonly timedOut: boolean;
  readonly report: FailureReport;

  constructor(report: FailureReport, timedOut = false) {
    super(report.errorMessage);
    this.name = report.errorType;
    this.report = report;
    this.timedOut = timedOut;
  }
}

/**
 * How an invocation fails: before anything is done; with everything done, when the process dies before it can say so; or
 * with everything done and no answer until the time is over.
 */
export type Fault = 'before' | 'after' | 'hang';

export interface FunctionCounts {
  invocations: number;
  errors: number;
  /** In all, each invocation rounded up to a millisecond as Lambda bills it. */
  milliseconds: number;
}

export interface Functions {
  /** Short names, e.g. `open-step`. */
  readonly names: readonly string[];
  /**
   * Invokes by short name, function name or ARN. `impatient`: is refused where many wait already.
   * @throws FunctionError, Busy
   */
  invoke(target: string, event: unknown, options?: { readonly impatient?: boolean }): Promise<Json>;
  /** Short name of a function given by name or ARN. */
  nameOf(target: string): string;
  /** Makes the next invocations of a function fail. */
  fail(name: string, times: number, how?: Fault): void;
  /** Loads every function that has not been called yet, one at a time. */
  warm(): Promise<void>;
  /** Called after each invocation. */
  onInvoked(listener: (name: string) => void): void;
  readonly counts: ReadonlyMap<string, FunctionCounts>;
  close(): Promise<void>;
}

/** Prepares the functions; a worker starts at the first call. `services`: the `AWS_ENDPOINT_URL_*` variables and the access key. */
export function createFunctions(
  resources: readonly LocalResource[],
  services: NodeJS.ProcessEnv,
  clock: SharedArrayBuffer = new SharedArrayBuffer(8),
): Functions {
  const functions = resources.map((resource) => new LambdaFunction(resource, services, clock));
  const byTarget = new Map(
    functions.flatMap((one) => [one.name, one.resource.name, one.resource.arn].map((key) => [key, one] as const)),
  );
  const listeners: ((name: string) => void)[] = [];
  const find = (target: string) => {
    // A qualified ARN names a version; there is one here.
    const found = byTarget.get(target) ?? byTarget.get(target.split(':').slice(0, 7).join(':'));
    if (found === undefined) throw new Error(`There is no function ${target}`);
    return found;
  };
  return {
    names: functions.map(({ name }) => name),
    nameOf: (target) => find(target).name,
    invoke: async (target, event, { impatient = false } = {}) => {
      const one = find(target);
      try {
        return await one.places.work(impatient, () => one.invoke(JSON.stringify(event ?? {})));
      } finally {
        for (const listener of listeners) listener(one.name);
      }
    },
    fail: (name, times, how = 'before') => find(name).fail(times, how),
    warm: async () => {
      for (const one of functions) await one.warm();
    },
    onInvoked: (listener) => void listeners.push(listener),
    get counts() {
      return new Map(functions.map(({ name, counts }) => [name, counts]));
    },
    close: async () => void (await Promise.all(functions.map((one) => one.close()))),
  };
}

/** `Xinfang/OpenStep/Function/Resource` → `open-step`. */
export function shortName(path: string): string {
  const parts = path.split('/').filter((part) => part !== 'Resource' && part !== 'Function');
  return (parts.at(-1) ?? path).replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

interface Pending {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: FunctionError) => void;
}

/** One worker and what it is working on. */
interface Environment {
  readonly worker: Worker;
  readonly pending: Map<string, Pending>;
  readonly online: Promise<unknown>;
}

class LambdaFunction {
  readonly name: string;
  readonly resource: LocalResource;
  readonly counts: FunctionCounts = { invocations: 0, errors: 0, milliseconds: 0 };
  readonly places: Places;
  readonly #setup: WorkerSetup;
  readonly #env: NodeJS.ProcessEnv;
  readonly #timeoutMs: number;
  #environment: Environment | undefined;
  readonly #all = new Set<Environment>();
  #failures: { times: number; how: Fault } = { times: 0, how: 'before' };

  constructor(resource: LocalResource, services: NodeJS.ProcessEnv, clock: SharedArrayBuffer) {
    const { Code, Handler, Timeout, MemorySize, Environment, LoggingConfig, ReservedConcurrentExecutions } =
      resource.properties;
    this.resource = resource;
    this.name = shortName(resource.path);
    const key = String((Code as JsonObject).S3Key);
    const folder = resource.stack.assets.get(key);
    if (folder === undefined) throw new Error(`${resource.logicalId}: the assembly holds no asset ${key}`);
    const [file = 'index', handler = 'handler'] = String(Handler).split('.');
    this.#timeoutMs = Number(Timeout ?? 3) * 1000;
    this.places = new Places(Number(ReservedConcurrentExecutions ?? RUNNING_AT_ONCE));
    this.#setup = {
      file: join(folder, `${file}.mjs`),
      handler,
      functionName: resource.name,
      arn: resource.arn,
      memoryMegabytes: String(MemorySize ?? 128),
      jsonLogs: (LoggingConfig as JsonObject | undefined)?.LogFormat === 'JSON',
      clock,
    };
    this.#env = {
      ...((Environment as JsonObject | undefined)?.Variables as NodeJS.ProcessEnv | undefined),
      ...services,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      // The developer's own AWS configuration must not reach a function.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_LAMBDA_FUNCTION_NAME: resource.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: this.#setup.memoryMegabytes,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    };
  }

  fail(times: number, how: Fault): void {
    this.#failures = { times, how };
  }

  async warm(): Promise<void> {
    this.#environment ??= this.#start();
    await this.#environment.online.catch(() => {}); // an invocation will tell
  }

  async invoke(event: string): Promise<Json> {
    this.counts.invocations += 1;
    const start = performance.now();
    try {
      const fault = this.#takeFault();
      if (fault === 'before')
        throw new FunctionError({ errorType: 'InjectedFailure', errorMessage: `${this.name} was told to fail` });
      return await this.#run(event, fault);
    } catch (error) {
      this.counts.errors += 1;
      throw error;
    } finally {
      this.counts.milliseconds += Math.ceil(performance.now() - start);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map(({ worker }) => worker.terminate()));
  }

  #takeFault(): Fault | undefined {
    if (this.#failures.times <= 0) return undefined;
    this.#failures.times -= 1;
    return this.#failures.how;
  }

  async #run(event: string, fault: 'after' | 'hang' | undefined): Promise<Json> {
    this.#environment ??= this.#start();
    const environment = this.#environment;
    const request: WorkerRequest = {
      id: randomUUID(),
      event,
      deadline: Date.now() + this.#timeoutMs,
      ...(fault === undefined ? {} : { fault: fault === 'after' ? 'die' : 'hang' }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    environment.pending.set(request.id, { resolve, reject });
    const timer = setTimeout(() => {
      const errorMessage = `${request.id} Task timed out after ${(this.#timeoutMs / 1000).toFixed(2)} seconds`;
      reject(new FunctionError({ errorType: 'Sandbox.Timedout', errorMessage }, true));
      this.#retire(environment);
    }, this.#timeoutMs);
    environment.worker.postMessage(request);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      environment.pending.delete(request.id);
      if (environment !== this.#environment && environment.pending.size === 0) void environment.worker.terminate();
    }
  }

  /** Others may still run in it; it ends with the last of them. */
  #retire(environment: Environment): void {
    if (this.#environment === environment) this.#environment = undefined;
  }

  #start(): Environment {
    const worker = new Worker(new URL('./function-worker.ts', import.meta.url), {
      workerData: this.#setup,
      env: this.#env,
      name: this.name,
      // The memory that the template grants; a small young generation, because there are many functions and one machine.
      resourceLimits: { maxOldGenerationSizeMb: Number(this.#setup.memoryMegabytes), maxYoungGenerationSizeMb: 8 },
      stdout: true,
      stderr: true,
    });
    const online = new Promise((resolve) => worker.once('online', resolve));
    const environment: Environment = { worker, pending: new Map(), online };
    this.#all.add(environment);
    worker.on('message', (answer: WorkerAnswer) => {
      const pending = environment.pending.get(answer.id);
      if ('error' in answer) pending?.reject(new FunctionError(answer.error));
      else pending?.resolve(JSON.parse(answer.result));
    });
    let cause: Error | undefined;
    worker.once('error', (error) => {
      cause = error as Error;
      console.error(`[${this.name}]`, error);
    });
    worker.once('exit', (code) => {
      this.#retire(environment);
      this.#all.delete(environment);
      const errorMessage = cause === undefined ? `The function's process ended with ${code}` : String(cause);
      for (const { reject } of environment.pending.values())
        reject(new FunctionError({ errorType: 'Runtime.ExitError', errorMessage }));
    });
    for (const output of [worker.stdout, worker.stderr])
      createInterface(output).on('line', (line) => {
        process.stderr.write(line.startsWith('{') ? `${line}\n` : `[${this.name}] ${line}\n`);
      });
    return environment;
  }
}
