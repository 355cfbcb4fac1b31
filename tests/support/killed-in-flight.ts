import { randomUUID } from 'node:crypto';
import { type Answer, ApiProblem, until } from '../../local/api-client.ts';
import type { Machine } from './machine.ts';

interface Sent {
  /** Absent: the public. */
  readonly identity?: string;
  readonly path: string;
  readonly body: object;
  readonly ifMatch?: number;
}

/**
 * Sends a command, kills the process while the function works on it, and sends it again under the same key; answers what
 * the second time says, which is what the first would have said. @param name of the function, by folder
 */
export async function killedInFlight(machine: Machine, name: string, sent: Sent): Promise<Answer> {
  const invocations = async (): Promise<number> =>
    (await machine.control<Answer>('metrics')).functions[name]?.invocations ?? 0;
  const { identity, path, body, ...options } = sent;
  const caller = machine.api.as(identity);
  const key = randomUUID();
  if (identity !== undefined) await machine.api.token(identity);
  const before = await invocations();
  const first = caller.post(path, body, { ...options, key }).catch((error: unknown) => {
    // Cut off without an answer; a refusal by the API would be something else.
    if (error instanceof ApiProblem) throw error;
    return undefined;
  });
  await until('the function at work', async () => ((await invocations()) > before ? true : undefined));
  await machine.kill();
  const answered = await first;
  await machine.start();
  const again = await caller.post(path, body, { ...options, key });
  if (answered !== undefined && JSON.stringify(again) !== JSON.stringify(answered)) {
    throw new Error(`Two answers to one request: ${JSON.stringify([answered, again])}`);
  }
  return again;
}
