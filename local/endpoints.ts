/** Where a running machine can be reached: written by `main.ts` for tests and tools. */

import { resolve } from 'node:path';

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
