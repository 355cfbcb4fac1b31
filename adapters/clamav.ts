import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Unavailable } from '../domain/errors.ts';
import type { Scanner } from '../domain/petition/evidence.ts';
import type { MalwareScanner } from '../domain/ports.ts';

/** `ClamAV 1.4.6/27123/Tue Nov 24 08:00:00 2026`; without signatures of its own project it names the engine only. */
const scannerOf = (version: string): Scanner => {
  const [engine = '', database] = version.trim().split('/');
  if (!engine.startsWith('ClamAV')) throw new Unavailable(`Not a ClamAV: ${engine.slice(0, 80)}`);
  return { engine, ...(database === undefined ? {} : { database }) };
};

/** Milliseconds of silence after which a scanner counts as gone. */
const silenceMs = 120_000;

/**
 * clamd by its INSTREAM command: the file is sent, so clamd needs no access to it. @param address `host:port`, or the
 * path of a local socket
 */
export class ClamdScanner implements MalwareScanner {
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  async scan(path: string): Promise<{ found?: string; scanner: Scanner }> {
    const scanner = scannerOf(await this.#ask('zVERSION\0'));
    const answer = await this.#ask('zINSTREAM\0', path);
    if (answer === 'stream: OK') return { scanner };
    const found = /^stream: (.+) FOUND$/.exec(answer)?.[1];
    // Also "size limit exceeded": what was not read whole was not scanned.
    if (found === undefined) throw new Unavailable(`clamd said: ${answer.slice(0, 200)}`);
    return { found, scanner };
  }

  async #ask(command: string, path?: string): Promise<string> {
    const socket = this.#connect();
    socket.setTimeout(silenceMs, () => socket.destroy(new Error('no answer')));
    try {
      const answer = readAll(socket);
      // Told below; the sending comes first.
      answer.catch(() => {});
      socket.write(command);
      if (path !== undefined) await send(socket, path);
      return (await answer).replace(/\0.*$/s, '');
    } catch (error) {
      throw new Unavailable(`clamd cannot be asked: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      socket.destroy();
    }
  }

  #connect(): Socket {
    if (this.#address.startsWith('/')) return connect(this.#address);
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(this.#address) ?? [];
    return connect(Number(port), host);
  }
}

const readAll = async (socket: Socket): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/** Chunks with their length before them, and a length of zero at the end. */
const send = async (socket: Socket, path: string): Promise<void> => {
  const length = (bytes: number): Buffer => {
    const buffer = Buffer.alloc(4);
    buffer.writeUInt32BE(bytes);
    return buffer;
  };
  const write = (data: Buffer): Promise<void> =>
    new Promise((resolve, reject) => socket.write(data, (error) => (error ? reject(error) : resolve())));
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    // clamd answers before the end when it has seen enough, and closes.
    if (!socket.writable) return;
    await write(Buffer.concat([length(chunk.length), chunk]));
  }
  await write(length(0));
};

/** The program clamscan, which loads its signatures anew for each file: for a machine without the daemon. */
export class ClamscanScanner implements MalwareScanner {
  readonly #program: string;
  readonly #database: string | undefined;

  /** @param database file or folder of signatures; the program's own if absent */
  constructor(program: string, database?: string) {
    this.#program = program;
    this.#database = database;
  }

  async scan(path: string): Promise<{ found?: string; scanner: Scanner }> {
    const { output: version } = await this.#run('--version');
    const scanner = scannerOf(version);
    const database = this.#database === undefined ? [] : [`--database=${this.#database}`];
    const { code, output } = await this.#run('--no-summary', '--infected', '--stdout', ...database, path);
    if (code === 0) return { scanner };
    const found = /: (.+) FOUND$/m.exec(output)?.[1];
    if (code !== 1 || found === undefined)
      throw new Unavailable(`clamscan ended with ${String(code)}: ${output.slice(0, 200)}`);
    return { found, scanner };
  }

  #run(...options: readonly string[]): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = execFile(this.#program, options, { timeout: silenceMs }, (error, output, errors) => {
        if (error !== null && typeof error.code === 'string') reject(new Unavailable(`clamscan: ${error.code}`));
        else resolve({ code: child.exitCode, output: output + errors });
      });
    });
  }
}
