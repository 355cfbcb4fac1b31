import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

const flushBytes = 1 << 20;

/**
 * Texts by their number, on the disk: a workbook keeps every text of its cells in one list, of any size, and names them by
 * number. Memory holds eight bytes for each.
 */
export class SpilledStrings {
  readonly #path: string;
  readonly #file: number;
  #offsets = new Float64Array(1024);
  #count = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'wx+', 0o600);
  }

  get count(): number {
    return this.#count;
  }

  append(text: string): void {
    const bytes = Buffer.from(text);
    if (this.#count + 2 > this.#offsets.length) {
      const larger = new Float64Array(this.#offsets.length * 2);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    const offset = this.#offsets[this.#count] ?? 0;
    this.#count += 1;
    this.#offsets[this.#count] = offset + bytes.length;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= flushBytes) this.flush();
  }

  flush(): void {
    if (this.#waiting.length > 0) writeSync(this.#file, Buffer.concat(this.#waiting));
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Undefined for a number that there is not. */
  get(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#count) return undefined;
    const offset = this.#offsets[index] ?? 0;
    const bytes = Buffer.alloc((this.#offsets[index + 1] ?? 0) - offset);
    readSync(this.#file, bytes, 0, bytes.length, offset);
    return bytes.toString();
  }

  discard(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }
}
