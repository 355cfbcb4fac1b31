import type { AnchoredHead, AnchorReader, Checkpoint, LogEntry } from '../domain/anchor.ts';
import { type AnchorOptions, leafOf } from './anchor-log.ts';
import { DynamoDb } from './dynamodb.ts';
import { anchorPartition, logStateKey, ordinalKey, streamEntriesKey } from './keys.ts';
import {
  consistencyRanges,
  inclusionRanges,
  nodeHash,
  type Range,
  rootOf,
  subtreesOf,
  type TreeNode,
} from './merkle.ts';
import { parseBatch, parseCheckpoint, parseLogState, parsePending, parseStreamEntry } from './stored-anchor.ts';

/** Batches that one reader keeps: what was written is never changed. */
const rememberedBatches = 512;

interface Batch {
  readonly from: number;
  readonly to: number;
  readonly entries: readonly LogEntry[];
  readonly leaves: readonly string[];
  readonly merged: ReadonlyMap<string, string>;
}

const nameOf = ({ level, index }: Omit<TreeNode, 'hash'>): string => `${String(level)}/${String(index)}`;

/** The anchor's log as it stands in the Petitions table, and proofs out of it. Consistent reads. */
export class DynamoAnchorReader implements AnchorReader {
  readonly #db: DynamoDb;
  readonly #table: string;
  readonly #batches: Batch[] = [];
  /** Requests for batches so far: what a caller bounds its work by. */
  reads = 0;

  constructor({ client, petitionsTable, onConsumed }: AnchorOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  async latest(): Promise<Checkpoint | undefined> {
    const item = await this.#db.get(this.#table, logStateKey);
    if (item === undefined) return undefined;
    const { checkpoint, unfinished } = parseLogState(item);
    if (!unfinished) return checkpoint;
    return checkpoint.n === 1 ? undefined : (await this.checkpoints(checkpoint.n - 2, 1))[0];
  }

  async entriesOf(stream: string): Promise<readonly (AnchoredHead & { readonly index: number })[]> {
    const query = { table: this.#table, where: 'pk = :pk', values: { ':pk': streamEntriesKey(stream) } };
    return (await this.#db.query(query)).map(parseStreamEntry);
  }

  async checkpoints(after: number, limit: number): Promise<readonly Checkpoint[]> {
    const query = {
      table: this.#table,
      where: 'pk = :pk AND sk > :after',
      values: { ':pk': anchorPartition.checkpoints, ':after': ordinalKey(Math.max(after, 0)) },
    };
    return (await this.#db.query(query, limit)).map(parseCheckpoint);
  }

  async waiting(after: string, limit: number): Promise<readonly string[]> {
    const query = {
      table: this.#table,
      where: 'pk = :pk AND sk > :after',
      // No key is empty; every stream's sorts after this one.
      values: { ':pk': anchorPartition.pending, ':after': after === '' ? ' ' : after },
    };
    return (await this.#db.query(query, limit)).map((item) => parsePending(item).stream);
  }

  async entries(from: number, limit: number): Promise<readonly { index: number; entry: LogEntry }[]> {
    const found: { index: number; entry: LogEntry }[] = [];
    for (let index = from; found.length < limit; ) {
      const batch = await this.#batchOf(index);
      if (batch === undefined) break;
      const part = batch.entries.slice(index - batch.from, index - batch.from + limit - found.length);
      for (const entry of part) found.push({ index: index++, entry });
    }
    return found;
  }

  inclusion(index: number, size: number): Promise<readonly string[]> {
    return this.#hashes(inclusionRanges(index, size));
  }

  consistency(earlier: number, size: number): Promise<readonly string[]> {
    return this.#hashes(consistencyRanges(earlier, size));
  }

  async #hashes(ranges: readonly Range[]): Promise<readonly string[]> {
    const hashes: string[] = [];
    for (const range of ranges) {
      const peaks: string[] = [];
      for (const subtree of subtreesOf(range)) peaks.push(await this.#node(subtree));
      hashes.push(rootOf(peaks));
    }
    return hashes;
  }

  /** A complete subtree stands in the batch that completed it: as merged there, or by that batch's leaves alone. */
  async #node({ level, index }: Omit<TreeNode, 'hash'>): Promise<string> {
    const from = index * 2 ** level;
    const to = from + 2 ** level;
    const batch = await this.#batchOf(to - 1);
    if (batch === undefined) throw new Error(`The log has no leaf ${String(to - 1)}.`);
    if (from < batch.from) {
      const merged = batch.merged.get(nameOf({ level, index }));
      if (merged === undefined) throw new Error(`The log has no node ${nameOf({ level, index })}.`);
      return merged;
    }
    let row = batch.leaves.slice(from - batch.from, to - batch.from);
    while (row.length > 1)
      row = row.flatMap((left, each) => (each % 2 === 0 ? [nodeHash(left, row[each + 1] ?? '')] : []));
    return row[0] ?? '';
  }

  async #batchOf(index: number): Promise<Batch | undefined> {
    const known = this.#batches.find(({ from, to }) => from <= index && index < to);
    if (known !== undefined) return known;
    this.reads += 1;
    const query = {
      table: this.#table,
      where: 'pk = :pk AND sk > :index',
      values: { ':pk': anchorPartition.batches, ':index': ordinalKey(index) },
    };
    const [item] = await this.#db.query(query, 1);
    if (item === undefined) return undefined;
    const { from, entries, merged } = parseBatch(item);
    const batch = {
      from,
      to: from + entries.length,
      entries,
      leaves: entries.map(leafOf),
      merged: new Map(merged.map((node) => [nameOf(node), node.hash])),
    };
    this.#batches.unshift(batch);
    this.#batches.splice(rememberedBatches);
    return batch;
  }
}
