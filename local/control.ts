/**
 * One loopback port for what AWS would offer to the functions (Step Functions, KMS) and, under `/_local/`, for tests and
 * measurements: metrics, injected faults, paused streams, direct invocations, retries that do not wait.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answer, type Operations, readJson } from './aws-json.ts';
import type { Chances } from './disturbance.ts';
import type { Fault, Functions } from './functions.ts';
import { listen } from './ports.ts';
import type { Queues } from './queues.ts';
import type { Machines } from './state-machines.ts';
import type { Mapping } from './streams.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What the `/_local/` paths act on; complete only once everything has started. */
export interface Controls {
  clock?: VirtualClock;
  functions?: Functions;
  machines?: Machines;
  queues?: Queues;
  mappings?: readonly Mapping[];
}

export interface ControlServer {
  readonly url: string;
  /** Operations that are offered from now on. */
  offer(operations: Operations): void;
  close(): void;
}

export async function startControl(controls: Controls): Promise<ControlServer> {
  let operations: Operations = {};
  const server = createServer((request, response) => {
    // A page in a browser on this computer must not be able to steer the machine.
    if (request.headers.origin !== undefined || !/^127\.0\.0\.1(:\d+)?$/.test(request.headers.host ?? '')) {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'Not for browsers' }));
      return;
    }
    const handled = request.url?.startsWith('/_local/')
      ? local(request, response, controls)
      : answer(operations, request, response);
    handled.catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    offer: (more) => {
      operations = { ...operations, ...more };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function local(request: IncomingMessage, response: ServerResponse, controls: Controls): Promise<void> {
  const reply = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  try {
    const input = request.method === 'POST' ? ((await readJson(request)) as Command) : {};
    reply(200, await act(`${request.method} ${request.url}`, input, controls));
  } catch (error) {
    reply(400, { error: String(error) });
  }
}

interface Command {
  readonly function?: string;
  readonly times?: number;
  readonly how?: Fault;
  readonly mapping?: string;
  readonly paused?: boolean;
  readonly milliseconds?: number;
  readonly days?: number;
  readonly event?: unknown;
  readonly chances?: Chances;
  readonly seed?: number;
}

async function act(
  path: string,
  input: Command,
  { clock, functions, machines, queues, mappings }: Controls,
): Promise<object> {
  if (functions === undefined) throw new Error('Still starting');
  const mapping = (): Mapping => {
    const name = required(input.mapping, 'mapping');
    const found = mappings?.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no mapping ${name}`);
    return found;
  };
  switch (path) {
    case 'GET /_local/metrics':
      return {
        ...machines?.counts,
        functions: Object.fromEntries(functions.counts),
        mappings: Object.fromEntries((mappings ?? []).map(({ name, counts }) => [name, counts])),
        deadLetters: Object.fromEntries(queues?.counts ?? []),
      };
    case 'POST /_local/fail':
      functions.fail(required(input.function, 'function'), input.times ?? 1, input.how);
      return {};
    case 'POST /_local/pause':
      mapping().pause(input.paused ?? true);
      return {};
    case 'POST /_local/disturb': {
      const { disturbed } = mapping();
      mapping().disturb(input.chances ?? {}, input.seed ?? 1);
      return disturbed;
    }
    case 'POST /_local/clock':
      // What a schedule would have found in the time that was skipped, it finds now.
      clock?.advance((input.days ?? 0) * 86_400_000 + (input.milliseconds ?? 0));
      await functions.invoke('sweep', {});
      return { offset: clock?.offset() };
    case 'POST /_local/retries':
      machines?.retryAfter(input.milliseconds);
      return {};
    case 'POST /_local/invoke':
      return { result: await functions.invoke(required(input.function, 'function'), input.event ?? {}) };
    default:
      throw new Error(`There is no ${path}`);
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}
