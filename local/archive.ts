/**
 * A backup as one file: a line of JSON that says what it is, the files of a data folder one after the other (compressed,
 * encrypted if there is a passphrase), and a SHA-256 of everything before it.
 */

import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

const format = 'xinfang-backup-1';
const digestLength = 32;
const tagLength = 16;
/** Memory-hard enough that a stolen file is not opened by trying words: 128 MB and about half a second per try. */
const scrypt = { N: 2 ** 17, r: 8, p: 1 } as const;
const scryptMemory = 256 * 1024 * 1024;
const longestLine = 65_536;

/** The file is no backup, or damaged, or of another passphrase; the message says which. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';
}

interface Heading {
  readonly format: string;
  /** RFC 3339 instant at which it was taken. */
  readonly at: string;
  readonly encryption?: {
    readonly salt: string;
    readonly iv: string;
    readonly N: number;
    readonly r: number;
    readonly p: number;
  };
}

/** A file to keep, by its path within the folder. */
export interface Kept {
  readonly path: string;
  readonly source: string;
}

interface EntryHeading {
  readonly path?: string;
  readonly size: number;
  /** On the last one: how many files came before it. */
  readonly files?: number;
}

const keyOf = (passphrase: string, { salt, N, r, p }: NonNullable<Heading['encryption']>): Buffer =>
  scryptSync(passphrase, Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem: scryptMemory });

const frame = (heading: EntryHeading): Buffer => {
  const text = Buffer.from(JSON.stringify(heading));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
};

async function* framed(files: readonly Kept[]): AsyncGenerator<Buffer> {
  for (const { path, source } of files) {
    const { size } = statSync(source);
    yield frame({ path, size });
    // A file that grows meanwhile is kept as far as it was announced.
    if (size > 0) for await (const chunk of createReadStream(source, { end: size - 1 })) yield chunk as Buffer;
  }
  yield frame({ size: 0, files: files.length });
}

/** Passes everything on and computes its digest. */
class Digest extends Transform {
  readonly #hash = createHash('sha256');

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk);
    done(null, chunk);
  }

  result(): Buffer {
    return this.#hash.digest();
  }

  add(chunk: Buffer): void {
    this.#hash.update(chunk);
  }
}

/** Writes a new file that only the owner may read. @throws Error when it exists */
export async function writeArchive(
  file: string,
  files: readonly Kept[],
  at: string,
  passphrase?: string,
): Promise<void> {
  const encryption =
    passphrase === undefined
      ? undefined
      : { salt: randomBytes(16).toString('base64'), iv: randomBytes(12).toString('base64'), ...scrypt };
  const heading: Heading = { format, at, ...(encryption === undefined ? {} : { encryption }) };
  const line = Buffer.from(`${JSON.stringify(heading)}\n`);
  const digest = new Digest();
  digest.add(line);
  const out = openSync(file, 'wx', 0o600);
  try {
    writeSync(out, line);
    const body = createWriteStream('', { fd: out, autoClose: false });
    const source = Readable.from(framed(files), { objectMode: false });
    const gzip = createGzip({ level: 1 });
    if (encryption === undefined || passphrase === undefined) await pipeline(source, gzip, digest, body);
    else {
      const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, encryption), Buffer.from(encryption.iv, 'base64'));
      cipher.setAAD(line);
      await pipeline(source, gzip, cipher, digest, body);
      const tag = cipher.getAuthTag();
      digest.add(tag);
      writeSync(out, tag);
    }
    writeSync(out, digest.result());
  } finally {
    closeSync(out);
  }
}

/** First line, and where it ends. */
function readHeading(file: string, size: number): { heading: Heading; line: Buffer } {
  const input = openSync(file, 'r');
  try {
    const start = Buffer.alloc(Math.min(longestLine, size));
    readSync(input, start, 0, start.length, 0);
    const end = start.indexOf('\n');
    const line = start.subarray(0, end + 1);
    const heading = JSON.parse(line.toString('utf8')) as Heading;
    if (end < 0 || heading.format !== format) throw new BadBackup('This is not a backup of this system.');
    return { heading, line };
  } catch (error) {
    if (error instanceof BadBackup) throw error;
    throw new BadBackup('This is not a backup of this system.');
  } finally {
    closeSync(input);
  }
}

/** The whole file is read once before anything is believed of it. */
async function checkDigest(file: string, size: number): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { end: size - digestLength - 1 })) hash.update(chunk as Buffer);
  const kept: Buffer[] = [];
  for await (const chunk of createReadStream(file, { start: size - digestLength })) kept.push(chunk as Buffer);
  if (!hash.digest().equals(Buffer.concat(kept)))
    throw new BadBackup('The backup is damaged or cut short: its digest does not fit its content.');
}

/** Takes entries out of a stream of bytes and writes them below a folder. */
class Unpack {
  readonly #folder: string;
  #pending: Buffer = Buffer.alloc(0);
  #file: number | undefined;
  #left = 0;
  #files = 0;
  #ended = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  take(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      if (this.#left > 0) {
        if (this.#pending.length === 0) return;
        const part = this.#pending.subarray(0, this.#left);
        writeSync(this.#file as number, part);
        this.#left -= part.length;
        this.#pending = this.#pending.subarray(part.length);
        if (this.#left > 0) return;
      }
      this.#close();
      const heading = this.#nextHeading();
      if (heading === undefined) return;
      if (heading.path === undefined) {
        if (heading.files !== this.#files) throw new BadBackup('The backup does not hold every file that it names.');
        this.#ended = true;
        return;
      }
      this.#open(heading.path, heading.size);
    }
  }

  end(): void {
    this.#close();
    if (!this.#ended) throw new BadBackup('The backup is cut short.');
  }

  #nextHeading(): EntryHeading | undefined {
    if (this.#pending.length < 4) return undefined;
    const length = this.#pending.readUInt32BE();
    if (length > longestLine) throw new BadBackup('The backup is damaged.');
    if (this.#pending.length < 4 + length) return undefined;
    const heading = JSON.parse(this.#pending.subarray(4, 4 + length).toString('utf8')) as EntryHeading;
    this.#pending = this.#pending.subarray(4 + length);
    return heading;
  }

  #open(path: string, size: number): void {
    if (path.startsWith('/') || normalize(path) !== path || path.startsWith('..'))
      throw new BadBackup(`The backup names a file outside of the folder: ${path}`);
    const target = join(this.#folder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    this.#file = openSync(target, 'wx', 0o600);
    this.#left = size;
    this.#files += 1;
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Writes the files of a backup below a folder that is there and empty. @throws BadBackup */
export async function readArchive(file: string, folder: string, passphrase?: string): Promise<{ at: string }> {
  const { size } = statSync(file);
  const { heading, line } = readHeading(file, size);
  const { encryption, at } = heading;
  const end = size - digestLength - (encryption === undefined ? 0 : tagLength);
  if (end <= line.length) throw new BadBackup('The backup is cut short.');
  await checkDigest(file, size);
  if (encryption !== undefined && passphrase === undefined)
    throw new BadBackup('The backup is encrypted: name the file of its passphrase by --passphrase-file.');

  const unpack = new Unpack(folder);
  const body = createReadStream(file, { start: line.length, end: end - 1 });
  const sink = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) unpack.take(chunk);
  };
  if (encryption === undefined || passphrase === undefined) await pipeline(body, createGunzip(), sink);
  else {
    const tag: Buffer[] = [];
    for await (const chunk of createReadStream(file, { start: end, end: end + tagLength - 1 }))
      tag.push(chunk as Buffer);
    const iv = Buffer.from(encryption.iv, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', keyOf(passphrase, encryption), iv, { authTagLength: tagLength });
    decipher.setAAD(line);
    decipher.setAuthTag(Buffer.concat(tag));
    await pipeline(body, decipher, createGunzip(), sink).catch((error: unknown) => {
      // The digest has shown that the file is whole.
      throw error instanceof BadBackup || (error as NodeJS.ErrnoException).code === 'ENOSPC'
        ? error
        : new BadBackup('The passphrase is not that of this backup.');
    });
  }
  unpack.end();
  return { at };
}
