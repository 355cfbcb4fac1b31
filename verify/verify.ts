/**
 * Checks an exported history without access to the system that wrote it: `npm run verify -- FILE` (`-` reads standard
 * input). Uses nothing but Node.js, on purpose: whoever doubts the system need not trust its code. The format and the
 * way the hash is made stand in docs/record.md.
 *
 * Exit code 0: whole. 1: not whole, every line says where and what. 2: not readable.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const format = 'xinfang-history-1';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

interface Head {
  readonly version: number;
  readonly hash: string;
}

interface History {
  readonly stream?: string;
  readonly events: readonly Json[];
  readonly head?: Head;
}

/** The file is not an exported history. */
class Unreadable extends Error {}

/** Canonical JSON as RFC 8785 has it: no spaces, keys in the order of their UTF-16 code units. */
function canonical(value: Json): string {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Unreadable('A text holds a lone surrogate.');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${canonical(key)}:${canonical(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isArray(value);

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** One JSON document, or several one after the other (pages, JSON lines), however they are spaced. */
function* documents(text: string): Generator<Json> {
  let start = -1;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') {
      if (depth === 0) throw new Unreadable(`Unexpected text at character ${String(index + 1)}.`);
      inString = true;
    } else if (char === '{' || char === '[') {
      if (depth === 0) start = index;
      depth += 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth < 0) throw new Unreadable(`Unexpected "${char}" at character ${String(index + 1)}.`);
      if (depth === 0) yield parse(text.slice(start, index + 1), start);
    } else if (depth === 0 && !/\s/.test(char ?? '') && char !== '\uFEFF') {
      throw new Unreadable(`Unexpected text at character ${String(index + 1)}.`);
    }
  }
  if (depth > 0) throw new Unreadable(`The document that begins at character ${String(start + 1)} does not end.`);
}

function parse(text: string, start: number): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Unreadable(
      `The document that begins at character ${String(start + 1)} is not JSON: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

/** @throws Unreadable */
function read(text: string): History {
  const events: Json[] = [];
  let stream: string | undefined;
  let head: Head | undefined;
  for (const document of documents(text)) {
    if (!isObject(document)) throw new Unreadable('A document is not an object.');
    if (!('events' in document)) {
      if (!('seq' in document)) throw new Unreadable('A document is neither an event nor a page of events.');
      events.push(document);
      continue;
    }
    if (document.format !== undefined && document.format !== format)
      throw new Unreadable(`The format is ${JSON.stringify(document.format)}, not "${format}".`);
    if (!isArray(document.events ?? null)) throw new Unreadable('"events" is not a list.');
    events.push(...(document.events as readonly Json[]));
    if (typeof document.stream === 'string') {
      if (stream !== undefined && stream !== document.stream)
        throw new Unreadable(`The pages are of several streams: ${stream}, ${document.stream}.`);
      stream = document.stream;
    }
    if (document.head !== undefined) head = readHead(document.head);
  }
  return { events, ...(stream === undefined ? {} : { stream }), ...(head === undefined ? {} : { head }) };
}

function readHead(value: Json): Head {
  if (!isObject(value) || typeof value.version !== 'number' || typeof value.hash !== 'string')
    throw new Unreadable('"head" has not a "version" and a "hash".');
  return { version: value.version, hash: value.hash };
}

/** Every fault, in order; empty when the history is whole. */
function faults({ stream: announced, events, head }: History): string[] {
  const found: string[] = [];
  const first = events[0];
  const stream = announced ?? (isObject(first) && typeof first.stream === 'string' ? first.stream : undefined);
  let previous = '0'.repeat(64);
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    const where = `event ${String(seq)}`;
    if (!isObject(event)) {
      found.push(`${where}: is not an object`);
      continue;
    }
    if (event.seq !== seq) found.push(`${where}: expected seq ${String(seq)}, found ${JSON.stringify(event.seq)}`);
    if (event.stream !== stream)
      found.push(`${where}: belongs to stream ${JSON.stringify(event.stream)}, not ${JSON.stringify(stream)}`);
    if (event.previousHash !== previous)
      found.push(`${where}: previousHash is ${JSON.stringify(event.previousHash)}, the event before has ${previous}`);
    const { hash, ...hashed } = event;
    const computed = sha256(canonical(hashed));
    if (hash !== computed) found.push(`${where}: hash is ${JSON.stringify(hash)}, its content gives ${computed}`);
    previous = typeof hash === 'string' ? hash : '';
  }
  if (head !== undefined) {
    if (head.version !== events.length)
      found.push(`head: stands at version ${String(head.version)}, there are ${String(events.length)} events`);
    if (head.hash !== previous) found.push(`head: hash is ${head.hash}, the last event has ${previous}`);
  }
  return found;
}

function main(file: string | undefined): number {
  if (file === undefined) {
    console.error('Usage: npm run verify -- FILE');
    return 2;
  }
  try {
    const history = read(readFileSync(file === '-' ? 0 : file, 'utf8'));
    if (history.events.length === 0 && history.head === undefined) throw new Unreadable('The file holds no events.');
    const found = faults(history);
    for (const fault of found) console.log(fault);
    if (found.length > 0) return 1;
    const last = history.events.at(-1);
    const name = isObject(last) ? String(last.stream) : (history.stream ?? '');
    const hash = isObject(last) ? String(last.hash) : '';
    const ending =
      history.head === undefined ? 'no head to compare with: a cut-off end would not show' : 'matches the head';
    console.log(`whole: ${name}, ${String(history.events.length)} events, last hash ${hash}, ${ending}`);
    return 0;
  } catch (error) {
    console.error(`Not readable: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

process.exitCode = main(process.argv[2]);
