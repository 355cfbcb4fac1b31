/** Makes a definition in Amazon States Language fit for the interpreter, and refuses what it would run wrongly. */

import type { Json, JsonObject } from './intrinsics.ts';

/** Stands in a task's parameters where its token belongs, until the task is entered. */
export const TOKEN = '@@task-token@@';

/** A task state, wherever it is nested. */
export interface Task {
  readonly state: string;
  readonly waits: boolean;
  readonly invocation: { readonly kind: 'lambda:invoke' } | { readonly kind: 'function'; readonly arn: string };
}

/** The longest delay of a timer; the interpreter would otherwise end a task after 60 s. On AWS a task may wait a year. */
const LONGEST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** Copies a definition: tokens as placeholders, no timeouts that AWS would not apply; lists its tasks. */
export function prepareDefinition(definition: JsonObject): { definition: JsonObject; tasks: readonly Task[] } {
  const tasks: Task[] = [];
  const prepared = machine(definition, tasks, false);
  // The interpreter finds a task's handler by name alone; AWS wants names to be unique as well.
  if (new Set(tasks.map(({ state }) => state)).size < tasks.length) throw new Error('Two tasks have the same name');
  return { definition: prepared, tasks };
}

function machine(definition: JsonObject, tasks: Task[], nested: boolean): JsonObject {
  refuse(definition);
  const states = Object.entries((definition.States ?? {}) as { readonly [name: string]: JsonObject });
  return {
    ...definition,
    States: Object.fromEntries(states.map(([name, state]) => [name, prepareState(name, state, tasks, nested)])),
  };
}

function prepareState(name: string, state: JsonObject, tasks: Task[], nested: boolean): JsonObject {
  refuse(state, name);
  // The interpreter gives the states inside a Map or Parallel a context of their own, with other values in it.
  if (nested && /"\$\$\.(Execution\.Input|Map)/.test(JSON.stringify(state)))
    throw new Error(`State ${name}: pass $$.Execution.Input and $$.Map in through ItemSelector`);
  switch (state.Type) {
    case 'Task':
      return prepareTask(name, state, tasks);
    case 'Parallel':
      return { ...state, Branches: (state.Branches as readonly JsonObject[]).map((one) => machine(one, tasks, true)) };
    case 'Map': {
      const processor = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
      const inner = state[processor] as JsonObject;
      if ((inner.ProcessorConfig as JsonObject | undefined)?.Mode === 'DISTRIBUTED')
        throw new Error(`State ${name}: a distributed Map does not run on the local machine`);
      return { ...state, [processor]: machine(inner, tasks, true) };
    }
    default:
      return state;
  }
}

function prepareTask(name: string, state: JsonObject, tasks: Task[]): JsonObject {
  const resource = String(state.Resource);
  const integration = resource.split(':states:::')[1];
  if (integration === undefined)
    tasks.push({ state: name, waits: false, invocation: { kind: 'function', arn: resource } });
  else if (integration === 'lambda:invoke' || integration === 'lambda:invoke.waitForTaskToken')
    tasks.push({ state: name, waits: integration.endsWith('Token'), invocation: { kind: 'lambda:invoke' } });
  else throw new Error(`State ${name}: the local machine does not offer ${resource}`);
  const prepared: JsonObject = {
    ...state,
    ...(state.Parameters === undefined ? {} : { Parameters: placeholders(state.Parameters as Json) }),
    ...(state.TimeoutSeconds === undefined && state.TimeoutSecondsPath === undefined
      ? { TimeoutSeconds: LONGEST_SECONDS }
      : {}),
  };
  if (JSON.stringify(prepared).includes('$$.Task.Token'))
    throw new Error(`State ${name}: $$.Task.Token must stand alone as a parameter's value`);
  return prepared;
}

/** `{ "token.$": "$$.Task.Token" }` → `{ "token": TOKEN }`. */
function placeholders(value: Json): Json {
  if (Array.isArray(value)) return value.map(placeholders);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key.endsWith('.$') && item === '$$.Task.Token' ? [key.slice(0, -2), TOKEN] : [key, placeholders(item)],
    ),
  );
}

function refuse(part: JsonObject, state?: string): void {
  if (part.QueryLanguage !== undefined && part.QueryLanguage !== 'JSONPath')
    throw new Error(`${state ?? 'The machine'}: only JSONPath runs on the local machine, not ${part.QueryLanguage}`);
}
