/** The template's queues, which only ever hold dead letters here: one file of JSON lines each. */

import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalResource } from './template.ts';

export interface Queues {
  /** Keeps a message, durably. */
  send(arn: string, message: object): void;
  /** Messages by queue name. */
  readonly counts: ReadonlyMap<string, number>;
}

export function openQueues(folder: string, resources: readonly LocalResource[]): Queues {
  const directory = join(folder, 'queues');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const fileOf = (name: string) => join(directory, `${name}.jsonl`);
  const counts = new Map(resources.map(({ name }) => [name, lines(fileOf(name))]));
  return {
    counts,
    send: (arn, message) => {
      const name = resources.find((queue) => queue.arn === arn)?.name;
      if (name === undefined) throw new Error(`There is no queue ${arn}`);
      append(fileOf(name), `${JSON.stringify(message)}\n`);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      console.error(`[queue] ${name} holds ${counts.get(name)} dead letter(s): ${fileOf(name)}`);
    },
  };
}

/** The whole line or nothing: half a line would spoil the one that comes after it. */
function append(file: string, line: string): void {
  const size = existsSync(file) ? statSync(file).size : 0;
  try {
    appendFileSync(file, line, { mode: 0o600, flush: true });
  } catch (error) {
    if (existsSync(file)) truncateSync(file, size);
    throw error;
  }
}

function lines(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
