/** Step Functions on one machine: runs the template's state machines with an interpreter, in memory. */

import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  ExecutionTimeoutError,
  type RunOptions,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import { ServiceError } from './aws-json.ts';
import type { Json, JsonObject } from './intrinsics.ts';
import { prepareDefinition, type Task, TOKEN } from './state-machine-definition.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: string;
  readonly input: string;
  readonly startedAt: number;
  stoppedAt?: number;
  status: Status;
  output?: string;
  error?: string;
  cause?: string;
}

export interface Machines {
  /** @throws ServiceError as Step Functions does */
  start(machine: string, name: string | undefined, input: string): Execution;
  stop(arn: string, error?: string, cause?: string): Execution;
  find(arn: string): Execution;
  /** Newest first. */
  list(machine: string, status?: Status): readonly Execution[];
  succeed(token: string, output: string): void;
  fail(token: string, error: string, cause: string): void;
  heartbeat(token: string): void;
  /**
   * Executions that start from now on repeat failed tasks as often as their definitions say, but each time after so many
   * milliseconds; without a number after the definitions' own intervals, which add up to minutes.
   */
  retryAfter(milliseconds: number | undefined): void;
  readonly counts: { stateTransitions: number; executionsStarted: number; executionsFailed: number };
}

/** Ended executions that are remembered. AWS forgets after 90 days. */
const REMEMBERED = 5000;

interface Waiting {
  readonly resolve: (output: Json) => void;
  readonly reject: (error: Error) => void;
}

type Invoke = (target: string, event: unknown) => Promise<Json>;

/** An error that an execution ends with at once: neither retried nor caught. */
class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly isRetryable = false;
  readonly isCatchable = false;
}

class TaskFailure extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Definitions by ARN, as text of Amazon States Language. */
export function createMachines(definitions: ReadonlyMap<string, string>, invoke: Invoke): Machines {
  const machines = new Map(
    [...definitions].map(([arn, text]) => {
      const { definition, tasks } = prepareDefinition(JSON.parse(text));
      // The workflow tests validate every definition; doing it at each start would cost a second.
      const machine = new StateMachine(definition as unknown as StateMachineDefinition, {
        validationOptions: { noValidate: true },
      });
      return [arn, { machine, tasks }] as const;
    }),
  );
  const executions = new Map<string, Execution>();
  const ended: string[] = [];
  const running = new Map<string, { abort: () => void; readonly tokens: Set<string> }>();
  const waiting = new Map<string, Waiting>();
  const counts = { stateTransitions: 0, executionsStarted: 0, executionsFailed: 0 };
  let retryInterval: number | undefined;

  const machineAt = (arn: string) => {
    const found = machines.get(arn);
    if (found === undefined)
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return found;
  };

  const close = (execution: Execution, status: Status, result: Partial<Execution>) => {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, { status, stoppedAt: Date.now(), ...result });
    if (status === 'FAILED' || status === 'TIMED_OUT') counts.executionsFailed += 1;
    for (const token of running.get(execution.arn)?.tokens ?? []) {
      waiting.get(token)?.reject(new Stopped(status)); // also clears the timer that the interpreter keeps for it
      waiting.delete(token);
    }
    running.delete(execution.arn);
    ended.push(execution.arn);
    if (ended.length > REMEMBERED) executions.delete(ended.shift() as string);
  };

  /** A task of one state: called by the interpreter with the evaluated `Parameters`. */
  const handler = (execution: Execution, task: Task) => async (input: unknown) => {
    if (execution.status !== 'RUNNING') throw new Stopped(execution.status);
    if (!task.waits) return perform(task, input as JsonObject, invoke);
    const token = randomBytes(48).toString('base64url');
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    waiting.set(token, { resolve, reject });
    const tokens = running.get(execution.arn)?.tokens;
    tokens?.add(token);
    perform(task, withToken(input as Json, token) as JsonObject, invoke).catch((error) => {
      if (waiting.delete(token)) reject(error); // otherwise the answer came before the function failed
    });
    try {
      return await promise;
    } finally {
      tokens?.delete(token);
    }
  };

  const run = async (execution: Execution) => {
    const { machine, tasks } = machineAt(execution.machine);
    const live = { abort: () => {}, tokens: new Set<string>() };
    running.set(execution.arn, live); // before the interpreter enters the first state
    const interval = retryInterval;
    const handlers = Object.fromEntries(tasks.map((task) => [task.state, handler(execution, task)]));
    const { result, abort, eventLogs } = machine.run(JSON.parse(execution.input), {
      noThrowOnAbort: true,
      overrides: {
        taskResourceLocalHandlers: handlers as NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers'] & {},
        ...(interval !== undefined && {
          retryIntervalOverrides: Object.fromEntries(tasks.map(({ state }) => [state, interval])),
        }),
      },
      context: {
        Execution: { Id: execution.arn, Name: execution.name },
        StateMachine: { Id: execution.machine, Name: execution.machine.split(':').at(-1) },
      },
    });
    live.abort = abort;
    void count(eventLogs, counts);
    try {
      close(execution, 'SUCCEEDED', { output: JSON.stringify(await result) });
    } catch (failure) {
      if (failure instanceof ExecutionTimeoutError) return close(execution, 'TIMED_OUT', { error: 'States.Timeout' });
      const reason = ((failure as Error).cause ?? failure) as Error;
      close(execution, 'FAILED', { error: reason.name, cause: reason.message });
      console.error(`[workflow] ${execution.name} failed: ${reason.name}: ${reason.message}`);
    }
  };

  const take = (token: string): Waiting => {
    const found = waiting.get(token);
    if (found === undefined) {
      // A token of ours that waits no more, or of an execution from before a restart.
      if (/^[\w-]{64}$/.test(token)) throw new ServiceError('TaskTimedOut', 'Task Timed Out: the task has ended');
      throw new ServiceError('InvalidToken', 'Invalid Token');
    }
    return found;
  };

  const find = (arn: string) => {
    const execution = executions.get(arn);
    if (execution === undefined) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  };

  return {
    counts,
    find,
    start: (machine, name = randomBytes(16).toString('hex'), input) => {
      machineAt(machine);
      if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/.test(name))
        throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
      const value = json(input, 'InvalidExecutionInput');
      const arn = `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
      const known = executions.get(arn);
      if (known?.status === 'RUNNING' && isDeepStrictEqual(JSON.parse(known.input), value)) return known;
      if (known !== undefined) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      const execution: Execution = { arn, name, machine, input, startedAt: Date.now(), status: 'RUNNING' };
      executions.set(arn, execution);
      counts.executionsStarted += 1;
      void run(execution);
      return execution;
    },
    stop: (arn, error, cause) => {
      const execution = find(arn);
      const abort = running.get(arn)?.abort;
      close(execution, 'ABORTED', { ...(error && { error }), ...(cause && { cause }) });
      abort?.();
      return execution;
    },
    list: (machine, status) => {
      machineAt(machine);
      return [...executions.values()]
        .filter((one) => one.machine === machine && (status === undefined || one.status === status))
        .reverse();
    },
    succeed: (token, output) => {
      const { resolve } = take(token);
      const value = json(output, 'InvalidOutput');
      waiting.delete(token);
      resolve(value);
    },
    fail: (token, error, cause) => {
      const { reject } = take(token);
      waiting.delete(token);
      reject(new TaskFailure(error, cause));
    },
    heartbeat: (token) => void take(token),
    retryAfter: (milliseconds) => {
      retryInterval = milliseconds;
    },
  };
}

/** Invokes the task's function; answers in the shape of its integration. */
async function perform({ invocation }: Task, input: JsonObject, invoke: Invoke): Promise<Json> {
  if (invocation.kind === 'function') return invoke(invocation.arn, input);
  const payload = await invoke(String(input.FunctionName), input.Payload ?? {});
  return { ExecutedVersion: '$LATEST', StatusCode: 200, Payload: payload };
}

function withToken(value: Json, token: string): Json {
  if (value === TOKEN) return token;
  if (Array.isArray(value)) return value.map((item) => withToken(item, token));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withToken(item, token)]));
}

/** AWS charges each state entered and each retry; reading the log also keeps it from growing. */
async function count(events: AsyncGenerator<{ type: string }>, counts: Machines['counts']): Promise<void> {
  for await (const { type } of events)
    if (type === 'StateEntered' || type === 'StateRetried') counts.stateTransitions += 1;
}

function json(text: string, refusal: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError(refusal, 'Not JSON');
  }
}
