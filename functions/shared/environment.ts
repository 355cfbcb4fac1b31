import * as z from 'zod/mini';

/** A variable that the stack sets (infra/app-stack.ts). @throws Error at start, not at the first request. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

/** Stage → ARN of its state machine. */
export const stateMachines = (): Readonly<Record<string, string>> =>
  z.record(z.string(), z.string()).parse(JSON.parse(required('STATE_MACHINES')));
