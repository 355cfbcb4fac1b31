/** Where a running machine can be reached: written by `main.ts` for tests and tools. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Endpoints {
  readonly baseUrl: string;
  readonly dynamodb: string;
  readonly sfn: string;
  readonly s3: string;
  /** Faults, pauses, metrics: see `control.ts`. */
  readonly control: string;
  readonly pid: number;
  /** Physical table names by the environment variable that names them, and by logical id. */
  readonly tables: Readonly<Record<string, string>>;
  /** ARNs of the state machines by stage. */
  readonly stateMachines: Readonly<Record<string, string>>;
}

/** Folder with everything that the machine keeps. */
export function dataFolder(): string {
  return resolve(process.env.DATA_DIR || '.data');
}

/** What to say when no machine answers; it may run on another folder than the one that was looked in. */
export const nothingRuns = (cause: unknown): string =>
  [
    `没有找到运行中的系统（数据目录 ${dataFolder()}）：请先执行 npm start；如启动时设有 DATA_DIR，请在此命令前设同一 DATA_DIR。`,
    `Nothing is running on ${dataFolder()}: npm start first, or give the same DATA_DIR that it was started with.`,
    `(${String(cause)})`,
  ].join('\n');

/** Where the machine of this folder can be reached. @throws Error (`nothingRuns`) when there is none */
export function readEndpoints(): Endpoints {
  try {
    return JSON.parse(readFileSync(join(dataFolder(), 'endpoints.json'), 'utf8')) as Endpoints;
  } catch (cause) {
    throw new Error(nothingRuns(cause), { cause });
  }
}
