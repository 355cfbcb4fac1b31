/** Checks a bundle (`xinfang-bundle-1`, docs/record.md) line by line. */

import { type KeyObject, verify as verifies } from 'node:crypto';
import {
  canonical,
  isArray,
  isHash,
  isObject,
  type Json,
  type JsonObject,
  noHash,
  sha256,
  Unreadable,
} from './canonical.ts';
import { consistent, leafHash, rootBy } from './merkle.ts';

export const bundleFormat = 'xinfang-bundle-1';

/** Something that is not as it was written. */
export interface Fault {
  /** Of the file, from 1; the one after the last where something is missing there. */
  readonly line: number;
  readonly place: string;
  readonly what: string;
}

export interface Checkpoint {
  readonly n: number;
  readonly size: number;
  readonly root: string;
  readonly at: string;
  readonly previous: string;
  readonly hash: string;
  readonly signature?: string;
}

/** The stream that is being read. */
interface Stream {
  readonly line: number;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  /** Hash of each fact that came, by its number. */
  readonly hashes: string[];
  next: number;
  last: string;
  complete: boolean;
  entry: { readonly index: number; readonly version: number } | undefined;
}

const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const text = (value: Json | undefined): string => JSON.stringify(value) ?? 'nothing';

const same = (one: Json | undefined, other: Json | undefined): boolean =>
  one !== undefined && other !== undefined && canonical(one) === canonical(other);

/** @throws Unreadable when it is no checkpoint, or not the one whose hash it bears. */
export function readCheckpoint(value: Json): Checkpoint {
  if (!isObject(value)) throw new Unreadable('The checkpoint is not an object.');
  const { n, size, root, at, previous, hash, signature } = value;
  if (
    !isCount(n) ||
    !isCount(size) ||
    !isHash(root) ||
    typeof at !== 'string' ||
    !isHash(previous) ||
    !isHash(hash) ||
    (signature !== undefined && typeof signature !== 'string')
  )
    throw new Unreadable('The checkpoint has not its fields.');
  if (sha256(canonical({ n, size, root, at, previous })) !== hash)
    throw new Unreadable('The hash of the checkpoint is not what its content gives.');
  return { n, size, root, at, previous, hash, ...(signature === undefined ? {} : { signature }) };
}

/** What is wrong with who made this checkpoint; `undefined` when the holder of the key did. */
export function signatureFault({ hash, signature }: Checkpoint, key: KeyObject): string | undefined {
  if (signature === undefined) return 'bears no signature';
  // In its one form: base64 can be written otherwise and mean the same.
  if (Buffer.from(signature, 'base64').toString('base64') !== signature) return 'its signature is not base64';
  return verifies('sha256', Buffer.from(`xinfang-checkpoint-1\n${hash}`), key, Buffer.from(signature, 'base64'))
    ? undefined
    : 'its signature is not of this key';
}

export class BundleCheck {
  /** In the order in which they show: what follows from another one comes after it. */
  readonly faults: Fault[] = [];
  /** What is no fault, but good to know. */
  readonly notices: string[] = [];
  readonly #kept: Checkpoint | undefined;
  readonly #key: KeyObject | undefined;
  readonly #streams = new Set<string>();
  readonly #counts = { streams: 0, events: 0, withheld: 0, entries: 0, checkpoints: 0 };
  /** Some line is one of a bundle; otherwise the file is something else. */
  isBundle = false;
  #line = 0;
  /** `undefined` after a line that could not be read: the next one is taken as it is. */
  #link: string | undefined = noHash;
  #manifest: JsonObject | undefined;
  #final: Checkpoint | undefined;
  #stream: Stream | undefined;
  #checkpoint: Checkpoint | undefined;
  #actSeen = false;
  #ended = false;
  #keptSeen = false;
  #unanchored = { streams: 0, events: 0 };

  /**
   * @param kept A checkpoint that was kept elsewhere.
   * @param key The public key that checkpoints are signed with; without it nothing is said of their signatures.
   */
  constructor(kept?: Checkpoint, key?: KeyObject) {
    this.#kept = kept;
    this.#key = key;
  }

  line(content: string): void {
    this.#line += 1;
    const value = this.#read(content);
    if (value === undefined) return;
    if (this.#ended) {
      this.#fault('end', 'lines follow after the closing line');
      return;
    }
    const { kind } = value;
    if (this.#line === 1) {
      this.#readManifest(value);
      return;
    }
    if (kind === 'event') this.#event(value);
    else if (kind === 'withheld') this.#withheld(value);
    else if (kind === 'entry') this.#entry(value);
    else {
      this.#closeStream();
      if (kind === 'stream') this.#begin(value);
      else if (kind === 'checkpoint') this.#readCheckpoint(value);
      else if (kind === 'end') this.#end(value);
      else this.#fault('line', `is of no known kind: ${text(kind)}`);
    }
  }

  /** After the last line. */
  close(): void {
    this.#line += 1;
    if (!this.#ended) this.#fault('end', 'the bundle is cut off: it has no closing line');
    this.#closeStream();
    const { scope } = this.#manifest ?? {};
    if (isObject(scope) && scope.kind === 'petition' && !this.#streams.has(`P#${String(scope.petition)}`))
      this.#fault('manifest', `the petition ${text(scope.petition)} that was exported is not in the bundle`, 1);
    if (this.#manifest !== undefined && !this.#actSeen)
      this.#fault('manifest', 'the recorded act of exporting is not in the bundle', 1);
    const { checkpoints } = this.#counts;
    if (checkpoints > 0)
      this.notices.push(
        this.#key === undefined
          ? 'signatures of checkpoints were not checked: no --key was given'
          : `signatures checked: ${String(checkpoints)} checkpoints`,
      );
    const { streams, events } = this.#unanchored;
    if (events > 0)
      this.notices.push(
        `not yet anchored: ${String(events)} events of ${String(streams)} streams, by their chain alone`,
      );
  }

  /** In one line what was found whole. */
  summary(): string {
    const { streams, events, withheld, entries, checkpoints } = this.#counts;
    const proved =
      this.#final === undefined
        ? 'no checkpoint yet'
        : `proved by checkpoint ${String(this.#final.n)} of ${this.#final.at}, root ${this.#final.root}`;
    return (
      `${String(streams)} streams, ${String(events)} events, ${String(withheld)} withheld, ` +
      `${String(entries)} entries of the log, ${String(checkpoints)} checkpoints, ${proved}`
    );
  }

  /** Whether the kept checkpoint could be compared; why not, otherwise. */
  comparison(): string | undefined {
    if (this.#kept === undefined || this.#keptSeen) return undefined;
    return this.#final !== undefined && this.#kept.n <= this.#final.n
      ? `checkpoint ${String(this.#kept.n)} is not in the bundle: export again with --since ${String(this.#kept.n)}`
      : `checkpoint ${String(this.#kept.n)} is younger than the bundle: export again`;
  }

  #fault(place: string, what: string, line = this.#line): void {
    this.faults.push({ line, place, what });
  }

  /** JSON, in its one form, tied to the line before. */
  #read(content: string): JsonObject | undefined {
    let value: Json;
    let link: Json | undefined;
    let rest: JsonObject;
    try {
      value = JSON.parse(content) as Json;
      if (!isObject(value)) throw new Unreadable('not an object');
      ({ link, ...rest } = value);
      if (canonical(value) !== content) this.#fault('line', 'is not written in canonical form');
    } catch {
      this.#fault('line', 'is not a JSON object');
      this.#link = undefined;
      return undefined;
    }
    const tied = this.#link === undefined ? link : sha256(`${this.#link}\n${canonical(rest)}`);
    if (link !== tied)
      this.#fault(
        'line',
        'is not tied to the line before: one of them was changed, or lines were added, removed or moved',
      );
    this.#link = isHash(link) ? link : undefined;
    this.isBundle ||= isHash(link);
    return rest;
  }

  #readManifest(value: JsonObject): void {
    if (value.kind !== 'manifest' || value.format !== bundleFormat) {
      this.#fault('manifest', `the bundle does not begin with a manifest of the format "${bundleFormat}"`);
      return;
    }
    this.#manifest = value;
    if (!isObject(value.scope) || !isObject(value.by) || !isObject(value.act) || typeof value.at !== 'string')
      this.#fault('manifest', 'has not its fields');
    if (value.checkpoint === null) return;
    try {
      this.#final = readCheckpoint(value.checkpoint ?? null);
    } catch (error) {
      this.#fault('manifest', error instanceof Error ? error.message : '');
      return;
    }
    const forged = this.#key === undefined ? undefined : signatureFault(this.#final, this.#key);
    if (forged !== undefined) this.#fault('manifest', `its checkpoint: ${forged}`);
  }

  #begin({ stream, version, hash }: JsonObject): void {
    if (typeof stream !== 'string' || !isCount(version) || !isHash(hash)) {
      this.#fault('stream', 'has not a name, a version and a hash');
      return;
    }
    if (this.#checkpoint !== undefined) this.#fault(`stream ${stream}`, 'stands after the checkpoints');
    if (this.#streams.has(stream)) this.#fault(`stream ${stream}`, 'stands in the bundle twice');
    this.#streams.add(stream);
    this.#counts.streams += 1;
    const state = { hashes: [], next: 1, last: noHash, complete: false, entry: undefined };
    this.#stream = { line: this.#line, name: stream, version, hash, ...state };
  }

  /** The stream to which a line belongs. */
  #streamOf(name: Json | undefined, place: string): Stream | undefined {
    if (this.#stream === undefined || name !== this.#stream.name) {
      this.#fault(place, `belongs to stream ${text(name)}, not to ${text(this.#stream?.name)}`);
      return undefined;
    }
    return this.#stream;
  }

  #next(stream: Stream, { seq, previousHash }: JsonObject, hash: string, place: string): void {
    if (stream.complete) this.#fault(place, 'stands after entries of the log');
    if (seq !== stream.next) this.#fault(place, `expected seq ${String(stream.next)}, found ${text(seq)}`);
    else if (previousHash !== stream.last)
      this.#fault(place, `previousHash is ${text(previousHash)}, the event before has ${stream.last}`);
    const at = isCount(seq) ? seq : stream.next;
    stream.hashes[at] = hash;
    stream.next = at + 1;
    stream.last = hash;
  }

  #event({ event }: JsonObject): void {
    this.#counts.events += 1;
    if (!isObject(event)) {
      this.#fault('event', 'is not an object');
      return;
    }
    const { hash, previousHash, ...content } = event;
    const place = `event ${text(event.seq)} of ${String(event.stream)}`;
    const computed = sha256(`${String(previousHash)}\n${sha256(canonical(content))}`);
    if (hash !== computed) this.#fault(place, `hash is ${text(hash)}, its content gives ${computed}`);
    const stream = this.#streamOf(event.stream, place);
    if (stream === undefined) return;
    this.#next(stream, event, isHash(hash) ? hash : '', place);
    this.#compareAct(event, place);
  }

  /** What it says stays closed; that it stands here in the chain does not. */
  #withheld(value: JsonObject): void {
    this.#counts.withheld += 1;
    const { stream: name, seq, previousHash, contentHash, hash } = value;
    const place = `withheld event ${text(seq)} of ${String(name)}`;
    const computed = sha256(`${String(previousHash)}\n${String(contentHash)}`);
    if (hash !== computed) this.#fault(place, `hash is ${text(hash)}, its content hash gives ${computed}`);
    const stream = this.#streamOf(name, place);
    if (stream !== undefined) this.#next(stream, value, isHash(hash) ? hash : '', place);
  }

  /** The manifest says what the recorded act says. */
  #compareAct({ stream, seq, type, at, actor, data }: JsonObject, place: string): void {
    const act = this.#manifest?.act;
    if (!isObject(act) || act.stream !== stream || act.seq !== seq) return;
    this.#actSeen = true;
    const said = isObject(data) ? data : {};
    const checkpoint = said.checkpoint ?? null;
    const agrees =
      type === 'HistoryExported' &&
      at === this.#manifest?.at &&
      same(actor, this.#manifest?.by) &&
      same(said.scope, this.#manifest?.scope) &&
      said.purpose === this.#manifest?.purpose &&
      checkpoint === (this.#final?.n ?? null);
    if (!agrees) this.#fault('manifest', `does not say what the recorded act says, ${place}`, 1);
  }

  #facts(stream: Stream): void {
    if (stream.complete) return;
    stream.complete = true;
    const { name, version, hash, next, last, line } = stream;
    const place = `head of ${name}`;
    if (next - 1 !== version)
      this.#fault(place, `stands at version ${String(version)}, there are ${String(next - 1)} events`, line);
    else if (last !== hash) this.#fault(place, `hash is ${hash}, the last event has ${last}`, line);
  }

  #entry({ stream: name, version, hash, index, path }: JsonObject): void {
    this.#counts.entries += 1;
    const place = `entry ${text(index)} of ${String(name)}`;
    const stream = this.#streamOf(name, place);
    if (stream === undefined) return;
    this.#facts(stream);
    const steps = path ?? null;
    if (!isCount(version) || !isHash(hash) || !isCount(index) || !isArray(steps) || !steps.every(isHash)) {
      this.#fault(place, 'has not its fields');
      return;
    }
    if (this.#final === undefined) {
      this.#fault(place, 'the manifest names no checkpoint that could prove it');
      return;
    }
    const leaf = leafHash(canonical({ stream: stream.name, version, hash }));
    const root = rootBy(leaf, index, this.#final.size, steps);
    if (root !== this.#final.root)
      this.#fault(place, `does not lead to the root of checkpoint ${String(this.#final.n)}`);
    else if (version >= stream.next)
      this.#fault(place, `the log knows version ${String(version)}, the chain ends at ${String(stream.next - 1)}`);
    else if (stream.hashes[version] !== hash)
      this.#fault(
        place,
        `the log holds ${hash} for version ${String(version)}, the chain ${text(stream.hashes[version])}`,
      );
    const before = stream.entry;
    if (before !== undefined && (index <= before.index || version <= before.version))
      this.#fault(place, `stands after entry ${String(before.index)}, which is not before it`);
    stream.entry = { index, version };
  }

  #closeStream(): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#facts(stream);
    const waiting = Math.max(stream.version - (stream.entry?.version ?? 0), 0);
    if (waiting > 0) {
      this.#unanchored.streams += 1;
      this.#unanchored.events += waiting;
    }
    this.#stream = undefined;
  }

  #readCheckpoint({ kind: _, consistency, ...value }: JsonObject): void {
    this.#counts.checkpoints += 1;
    const place = `checkpoint ${text(value.n)}`;
    let checkpoint: Checkpoint;
    try {
      checkpoint = readCheckpoint(value);
    } catch (error) {
      this.#fault(place, error instanceof Error ? error.message : '');
      return;
    }
    const before = this.#checkpoint;
    const proof = consistency ?? null;
    if (before !== undefined && (checkpoint.n <= before.n || checkpoint.at < before.at))
      this.#fault(place, `stands after checkpoint ${String(before.n)}, which is not before it`);
    if (checkpoint.n === (before?.n ?? 0) + 1 && checkpoint.previous !== (before?.hash ?? noHash))
      this.#fault(place, `previous is ${checkpoint.previous}, the checkpoint before has ${before?.hash ?? noHash}`);
    if (!isArray(proof) || !proof.every(isHash)) this.#fault(place, 'has no proof of consistency');
    else if (!consistent(before?.size ?? 0, before?.root ?? '', checkpoint.size, checkpoint.root, proof))
      this.#fault(place, `is not consistent with checkpoint ${String(before?.n ?? 0)}: the log was rewritten`);
    const forged = this.#key === undefined ? undefined : signatureFault(checkpoint, this.#key);
    if (forged !== undefined) this.#fault(place, forged);
    this.#checkpoint = checkpoint;
    if (this.#kept?.n === checkpoint.n) {
      this.#keptSeen = true;
      if (this.#kept.hash !== checkpoint.hash)
        this.#fault(place, `is not the one that was kept: hash ${checkpoint.hash}, kept ${this.#kept.hash}`);
    }
  }

  #end({ kind: _, lines, ...counts }: JsonObject): void {
    this.#ended = true;
    if (lines !== this.#line - 1)
      this.#fault('end', `speaks of ${text(lines)} lines, there are ${String(this.#line - 1)}`);
    for (const [name, count] of Object.entries(this.#counts))
      if (counts[name] !== count)
        this.#fault('end', `speaks of ${text(counts[name])} ${name}, there are ${String(count)}`);
    if (this.#final !== undefined && this.#checkpoint?.hash !== this.#final.hash)
      this.#fault('end', `the last checkpoint is not the one of the manifest, ${String(this.#final.n)}`);
  }
}
