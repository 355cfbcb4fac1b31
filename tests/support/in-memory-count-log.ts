import type { StreamRef } from '../../domain/ports.ts';
import type { Beat, CountLog, CountProgress, Postponed } from '../../domain/statistics/progress.ts';

/** The same promises as the adapter; its beats are heard when a test says so. */
export class InMemoryCountLog implements CountLog {
  readonly #waiting = new Map<string, Postponed>();
  readonly #heard = new Map<number, string>();
  /** When beats were written. */
  readonly beaten: string[] = [];

  async postpone(stream: StreamRef, at: string): Promise<void> {
    const key = `${stream.kind}#${stream.id}`;
    this.#waiting.set(key, { stream, since: this.#waiting.get(key)?.since ?? at, last: at });
  }

  async postponed(): Promise<readonly Postponed[]> {
    return [...this.#waiting.values()];
  }

  async settle({ stream, last }: Postponed): Promise<void> {
    const key = `${stream.kind}#${stream.id}`;
    if (this.#waiting.get(key)?.last === last) this.#waiting.delete(key);
  }

  async beat(at: string): Promise<void> {
    this.beaten.push(at);
  }

  async heard(beats: readonly Beat[]): Promise<void> {
    for (const { number, at } of beats) this.#heard.set(number, at);
  }

  async progress(): Promise<CountProgress> {
    const [upTo] = [...this.#heard.values()].sort();
    return { ...(upTo === undefined ? {} : { upTo }), uncounted: this.#waiting.size };
  }
}
