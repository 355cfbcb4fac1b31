/** Writes a bundle of the history (docs/record.md, `xinfang-bundle-1`) page by page, each page within bounded work. */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { streamKey, streamOf } from '../../adapters/keys.ts';
import type { AnchorReader, Checkpoint } from '../../domain/anchor.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { type ExportScope, type HistoryExported, namedBy } from '../../domain/export.ts';
import type { StoredEvent, StreamFacts } from '../../domain/ports.ts';
import { foldSession } from '../../domain/reception/session.ts';
import { factStandsFor } from './standing-for.ts';

export const bundleFormat = 'xinfang-bundle-1';

/** Before the first line there is none to be tied to. */
export const noLink = '0'.repeat(64);

/** When a page ends: its characters, and what was read for it. A single line may go beyond. */
export interface PageLimits {
  readonly characters: number;
  readonly reads: number;
}

const usualLimits: PageLimits = { characters: 1_000_000, reads: 400 };

/** Rows that are asked for at once. */
const checkpointRows = 1000;

export interface Counts {
  readonly streams: number;
  readonly events: number;
  readonly withheld: number;
  readonly entries: number;
  readonly checkpoints: number;
}

/** Where the writing of a bundle stands between two pages. */
export interface Progress {
  readonly link: string;
  readonly lines: number;
  readonly counts: Counts;
  readonly phase: 'start' | 'streams' | 'checkpoints';
  /** Where the search for streams stands. */
  readonly where?: string;
  /** Found and not yet written. */
  readonly found: readonly string[];
  /** The stream that the page before broke off: facts and entries written, facts in all. */
  readonly open?: { readonly stream: string; readonly facts: number; readonly of: number; readonly entries: number };
  /** The last checkpoint that was looked at, and the size of the last one written. */
  readonly checkpoint: number;
  readonly size: number;
}

export const beginning: Progress = {
  link: noLink,
  lines: 0,
  counts: { streams: 0, events: 0, withheld: 0, entries: 0, checkpoints: 0 },
  phase: 'start',
  found: [],
  checkpoint: 0,
  size: 0,
};

/** The recorded act of exporting, which the bundle tells first. */
export type ExportAct = StoredEvent & HistoryExported;

/** Streams of a scope, a few at a time, each of them once. Without `where`: from the beginning. */
export type FindStreams = (where?: string) => Promise<{ streams: readonly string[]; where?: string }>;

export interface BundleSources {
  readonly facts: StreamFacts;
  readonly anchor: AnchorReader;
  readonly find: FindStreams;
  /** Whether the exporter may take out this stream, given its facts. */
  readonly mayExport: (stream: string, facts: readonly StoredEvent[]) => Promise<boolean>;
  /** Whether the exporter may know of this petition. */
  readonly mayKnow: (petition: string) => Promise<boolean>;
  readonly limits?: PageLimits;
}

const canonical = (value: object): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('The line has no JSON form.');
  return text;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface BundlePage {
  readonly text: string;
  /** Absent when the bundle is complete. */
  readonly next?: Progress;
}

export async function writePage(sources: BundleSources, act: ExportAct, from: Progress): Promise<BundlePage> {
  const page = new Page(sources, act, from);
  return page.write();
}

class Page {
  readonly #sources: BundleSources;
  readonly #act: ExportAct;
  readonly #lines: string[] = [];
  readonly #readsBefore: number;
  readonly #from: Progress;
  #at: Progress;
  #characters = 0;
  #reads = 0;

  constructor(sources: BundleSources, act: ExportAct, from: Progress) {
    this.#sources = sources;
    this.#act = act;
    this.#from = from;
    this.#at = from;
    this.#readsBefore = sources.anchor.reads;
  }

  async write(): Promise<BundlePage> {
    const checkpoint = await this.#checkpoint(this.#act.data.checkpoint);
    if (this.#at.phase === 'start') this.#manifest(checkpoint);
    if (this.#at.phase === 'streams') await this.#streams(checkpoint);
    if (this.#at.phase === 'checkpoints' && checkpoint !== undefined && !this.#full())
      await this.#checkpoints(checkpoint);
    const { phase, checkpoint: written, lines, counts } = this.#at;
    const complete = phase === 'checkpoints' && written === (checkpoint?.n ?? 0);
    if (complete) this.#add({ kind: 'end', lines, ...counts });
    const text = this.#lines.map((line) => `${line}\n`).join('');
    return complete ? { text } : { text, next: this.#at };
  }

  /** Every page gets on, however little it may do. */
  #full(): boolean {
    if (this.#at === this.#from) return false;
    const reads = this.#reads + this.#sources.anchor.reads - this.#readsBefore;
    const { limits = usualLimits } = this.#sources;
    return this.#characters >= limits.characters || reads >= limits.reads;
  }

  #move(changes: Partial<Progress>): void {
    this.#at = { ...this.#at, ...changes };
  }

  /** Ties a line to the one before and counts it. */
  #add(line: object, counted?: keyof Counts): void {
    const { link, lines, counts } = this.#at;
    const tied = sha256(`${link}\n${canonical(line)}`);
    const text = canonical({ ...line, link: tied });
    this.#lines.push(text);
    this.#characters += text.length;
    this.#move({
      link: tied,
      lines: lines + 1,
      counts: counted === undefined ? counts : { ...counts, [counted]: counts[counted] + 1 },
    });
  }

  async #checkpoint(n: number | undefined): Promise<Checkpoint | undefined> {
    return n === undefined ? undefined : (await this.#sources.anchor.checkpoints(n - 1, 1))[0];
  }

  #manifest(checkpoint: Checkpoint | undefined): void {
    const { stream, seq, at, actor, data } = this.#act;
    this.#add({
      kind: 'manifest',
      format: bundleFormat,
      scope: data.scope,
      purpose: data.purpose,
      at,
      by: actor,
      act: { stream, seq },
      checkpoint: checkpoint ?? null,
    });
    this.#move({ phase: 'streams', found: [stream] });
  }

  async #streams(checkpoint: Checkpoint | undefined): Promise<void> {
    const { find } = this.#sources;
    while (!this.#full()) {
      const { open, found, where } = this.#at;
      const stream = open?.stream ?? found[0];
      if (stream !== undefined) {
        if (!(await this.#stream(stream, checkpoint))) return;
        this.#at = withoutOpen({ ...this.#at, found: open === undefined ? found.slice(1) : found });
        continue;
      }
      if (where === 'end') {
        this.#move({ phase: 'checkpoints' });
        return;
      }
      this.#reads += 1;
      const next = await find(where);
      // The act's own stream was written first.
      const streams = next.streams.filter((each) => each !== this.#act.stream);
      this.#move({ found: streams, where: next.where ?? 'end' });
    }
  }

  /** @returns `false` when the page ends within the stream. */
  async #stream(stream: string, checkpoint: Checkpoint | undefined): Promise<boolean> {
    const { facts, head } = await this.#read(stream);
    this.#reads += 1 + Math.ceil(facts.length / 100);
    if (facts.length === 0 && head.version === 0) return true;
    if (!(await this.#sources.mayExport(stream, facts))) return true;
    let { open } = this.#at;
    if (open === undefined) {
      open = { stream, facts: 0, of: facts.length, entries: 0 };
      this.#add({ kind: 'stream', stream, version: head.version, hash: head.hash }, 'streams');
    }
    const opens = await this.#opener(stream, facts);
    for (const event of facts.slice(open.facts, open.of)) {
      if (this.#full()) return this.#breakOff(open);
      if (await opens(event)) this.#add({ kind: 'event', event }, 'events');
      else this.#add(withheld(event), 'withheld');
      open = { ...open, facts: open.facts + 1 };
    }
    if (checkpoint === undefined) return true;
    const entries = (await this.#sources.anchor.entriesOf(stream)).filter(({ index }) => index < checkpoint.size);
    for (const { index, version, hash } of entries.slice(open.entries)) {
      if (this.#full()) return this.#breakOff(open);
      const path = await this.#sources.anchor.inclusion(index, checkpoint.size);
      this.#add({ kind: 'entry', stream, version, hash, index, path }, 'entries');
      open = { ...open, entries: open.entries + 1 };
    }
    return true;
  }

  #breakOff(open: NonNullable<Progress['open']>): false {
    this.#move({ open, found: this.#at.open === undefined ? this.#at.found.slice(1) : this.#at.found });
    return false;
  }

  /** A stream with its head. Who writes between the two reads is no fault; what does not fit after that is shown as it is. */
  async #read(stream: string) {
    for (let attempt = 1; ; attempt += 1) {
      const facts = await this.#sources.facts.factsOf(stream);
      const { version = 0, hash = noLink } = (await this.#sources.facts.headOf(stream)) ?? {};
      if (version === facts.length || attempt === 3) return { facts, head: { version, hash } };
    }
  }

  /**
   * What the exporter may see of a stream. A fact that names a petition of which he may not know is given by its hash
   * alone, and so are, whoever asks, the facts that name the parts of a split petition and the visits that led to no
   * petition he may know of: from what is withheld nobody learns whether there is something.
   */
  async #opener(stream: string, facts: readonly StoredEvent[]): Promise<(event: StoredEvent) => Promise<boolean>> {
    const { mayKnow } = this.#sources;
    const ref = streamOf(stream);
    if (ref.kind === 'session') {
      const { visits } = foldSession(facts);
      return async ({ data }) => {
        const { visit } = data as { visit?: number };
        if (visit === undefined) return true;
        const petition = visits[visit - 1]?.petition;
        return petition !== undefined && mayKnow(petition);
      };
    }
    return async (event) => {
      const named = namedBy(event, ref.id);
      if (named === 'family') return false;
      const stands = await factStandsFor(ref, event, (of) => this.#sources.facts.factsOf(streamKey(of)));
      for (const petition of [...named, ...stands]) if (!(await mayKnow(petition))) return false;
      return true;
    };
  }

  /** One a day, the last; the one that somebody keeps; and the one by which everything here is proved. */
  async #checkpoints(final: Checkpoint): Promise<void> {
    const { anchor } = this.#sources;
    const { since } = this.#act.data;
    while (this.#at.checkpoint < final.n && !this.#full()) {
      const rows = await anchor.checkpoints(this.#at.checkpoint, checkpointRows);
      this.#reads += 1 + Math.ceil(rows.length / 100);
      for (const [each, row] of rows.entries()) {
        if (row.n > final.n || this.#full()) return;
        const following = rows[each + 1];
        // The last row of a read is looked at again with the next ones, unless it is the last of all.
        if (following === undefined && row.n < final.n && each > 0) break;
        const lastOfDay = following === undefined || legalDay(following.at) !== legalDay(row.at);
        if (lastOfDay || row.n === final.n || row.n === since) {
          const consistency = await anchor.consistency(this.#at.size, row.size);
          this.#add({ kind: 'checkpoint', ...row, consistency }, 'checkpoints');
          this.#move({ size: row.size });
        }
        this.#move({ checkpoint: row.n });
      }
    }
  }
}

/** Its place in the chain and the hash of its content (adapters/chain.ts), without the content. */
const withheld = ({ previousHash, hash, ...content }: StoredEvent): object => {
  const { stream, seq } = content;
  return { kind: 'withheld', stream, seq, previousHash, contentHash: sha256(canonical(content)), hash };
};

const withoutOpen = ({ open: _, ...progress }: Progress): Progress => progress;

/** @example `{ kind: 'unit', unit: '622901', below: true, from, to }` → what the scope is about, for file names. */
export const nameOf = (scope: ExportScope): string =>
  scope.kind === 'unit'
    ? `${scope.unit}-${scope.from}-${scope.to}`
    : scope.kind === 'all'
      ? scope.unit
      : scope.petition;
