/** Runs inside a worker thread: loads one function's bundle and answers its invocations. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { runAhead } from './virtual-clock.ts';

export interface WorkerSetup {
  readonly file: string;
  readonly handler: string;
  readonly functionName: string;
  readonly arn: string;
  readonly memoryMegabytes: string;
  /** Log as Lambda does with the log format JSON: one object per line. */
  readonly jsonLogs: boolean;
  /** Memory of the virtual clock (virtual-clock.ts). */
  readonly clock: SharedArrayBuffer;
}

export interface WorkerRequest {
  readonly id: string;
  /** JSON, so that nothing but data passes. */
  readonly event: string;
  readonly deadline: number;
  /** After the work is done: the process dies, or the answer is never given. */
  readonly fault?: 'die' | 'hang';
}

export type WorkerAnswer =
  | { readonly id: string; readonly result: string }
  | { readonly id: string; readonly error: FailureReport };

/** What Lambda tells of an error that a function threw. */
export interface FailureReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

const setup = workerData as WorkerSetup;
// Lambda's own clock, for time-outs: it does not run ahead.
const realNow = Date.now;
runAhead(setup.clock);
const invocation = new AsyncLocalStorage<string>();
if (setup.jsonLogs) logJson();

const module = await import(pathToFileURL(setup.file).href);
const handler = module[setup.handler] as (event: unknown, context: object) => unknown;
if (typeof handler !== 'function') throw new Error(`${setup.file} exports no ${setup.handler}`);

parentPort?.on('message', (request: WorkerRequest) => void perform(request));

async function perform({ id, event, deadline, fault }: WorkerRequest): Promise<void> {
  let answer: WorkerAnswer;
  try {
    const context = {
      functionName: setup.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: setup.arn,
      memoryLimitInMB: setup.memoryMegabytes,
      awsRequestId: id,
      logGroupName: `/aws/lambda/${setup.functionName}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => deadline - realNow(),
    };
    const result = await invocation.run(id, () => handler(JSON.parse(event), context));
    answer = { id, result: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    answer = { id, error: report(error) };
  }
  if (fault === 'die') process.exit(137);
  if (fault === 'hang') return;
  parentPort?.postMessage(answer);
}

function report(error: unknown): FailureReport {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

/** What a function logs at INFO or above; Lambda drops the rest unless told otherwise. */
function logJson(): void {
  for (const level of ['info', 'warn', 'error'] as const) {
    console[level] = (...values: unknown[]) => {
      const [first] = values;
      const message =
        values.length === 1 && typeof first === 'object' && !(first instanceof Error) ? first : format(...values);
      const line = {
        timestamp: new Date().toISOString(),
        level: level.toUpperCase(),
        requestId: invocation.getStore(),
        message,
      };
      process.stderr.write(`${JSON.stringify(line)}\n`);
    };
  }
  console.log = console.info;
  console.debug = () => {};
  console.trace = () => {};
}
