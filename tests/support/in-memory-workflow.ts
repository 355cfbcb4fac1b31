import { isDeepStrictEqual } from 'node:util';
import type { Workflow } from '../../domain/ports.ts';

interface Execution {
  readonly name: string;
  readonly stage: string;
  readonly input: object;
  running: boolean;
}

/** A workflow engine that only keeps books: what was started, stopped and told. */
export class InMemoryWorkflow implements Workflow {
  readonly executions: Execution[] = [];
  readonly completed: { token: string; output: object }[] = [];
  readonly #tokens = new Set<string>();

  /** A step waits with this token. */
  wait(token: string): void {
    this.#tokens.add(token);
  }

  /** The execution ends by itself. */
  end(name: string): void {
    for (const execution of this.executions) if (execution.name === name) execution.running = false;
  }

  async start(name: string, stage: string, input: object): Promise<boolean> {
    const known = this.executions.find((execution) => execution.name === name);
    if (known) return known.running && isDeepStrictEqual(known.input, input);
    this.executions.push({ name, stage, input, running: true });
    return true;
  }

  async complete(token: string, output: object): Promise<'done' | 'gone'> {
    if (!this.#tokens.delete(token)) return 'gone';
    this.completed.push({ token, output });
    return 'done';
  }

  async running(stage: string): Promise<readonly string[]> {
    return this.executions.filter((one) => one.stage === stage && one.running).map(({ name }) => name);
  }

  async failed(): Promise<readonly { name: string; stoppedAt: string }[]> {
    return [];
  }

  async stop(name: string): Promise<void> {
    this.end(name);
  }
}
