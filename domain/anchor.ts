/**
 * The anchor: one append-only log over the heads of all streams, whose checkpoints are kept where nobody can change them
 * (docs/record.md). What was anchored cannot be rewritten unseen.
 */

/** Where a stream stood. `stream` is its key, e.g. `P#622901007-20261124-7K3QXA`. */
export interface AnchoredHead {
  readonly stream: string;
  readonly version: number;
  readonly hash: string;
}

/** A head that waits for the log. */
export interface PendingHead extends AnchoredHead {
  /** RFC 3339 instant since which this stream waits. */
  readonly since: string;
}

/** A leaf of the log. A `blind` one says nothing: it hides how many heads a batch holds. */
export type LogEntry = AnchoredHead | { readonly blind: string };

/** The log at a moment. `hash` is over all other fields, so each checkpoint commits to all before it. */
export interface Checkpoint {
  /** 1, 2, 3 … without a gap. */
  readonly n: number;
  /** Leaves of the log. */
  readonly size: number;
  readonly root: string;
  /** RFC 3339 instant, UTC. */
  readonly at: string;
  /** `hash` of checkpoint `n - 1`; 64 zeros in the first. */
  readonly previous: string;
  readonly hash: string;
  /** Of the hash, by the deployment's key (base64, DER); those of before there was one have none. */
  readonly signature?: string;
}

/** Whoever holds the key that checkpoints are signed with. */
export interface CheckpointSigner {
  /** @returns base64 of a DER signature. @throws Unavailable */
  sign(checkpoint: Pick<Checkpoint, 'hash'>): Promise<string>;
}

/** What one checkpoint added to the log. */
export interface LogBatch {
  readonly checkpoint: Checkpoint;
  /** Index in the log of the first entry. */
  readonly from: number;
  readonly entries: readonly LogEntry[];
}

export interface LogState {
  readonly checkpoint: Checkpoint;
  /** The last batch is in the log, but perhaps not yet at the witness, or its heads still wait. */
  readonly unfinished: boolean;
}

/** Heads that wait for the log. */
export interface AnchorQueue {
  /** Puts the present head of each of these streams; what waits there already gives way to a newer one only. */
  collect(streams: readonly string[], at: string): Promise<void>;
  /** The same for those only whose present head neither stands in the log nor waits for it. @returns how many there were */
  collectMissed(streams: readonly string[], at: string): Promise<number>;
}

/** The log. One writer at a time gets through, however many try. */
export interface AnchorLog {
  state(): Promise<LogState | undefined>;
  /** In the order of their keys. */
  pending(limit: number): Promise<readonly PendingHead[]>;
  /** Adds a batch in one transaction. `false`: somebody else was faster, and nothing was added. */
  append(onto: LogState | undefined, heads: readonly AnchoredHead[], at: string): Promise<boolean>;
  /** The batch that ends at this size of the log. */
  batch(size: number): Promise<LogBatch>;
  /** The witness has it: its heads wait no longer, unless they have moved on. Harmless when repeated. */
  finish(batch: LogBatch): Promise<void>;
}

/** What an auditor's export reads of the log. Only what is finished shows. */
export interface AnchorReader {
  /** Batches read so far, by which a caller bounds its work. */
  readonly reads: number;
  latest(): Promise<Checkpoint | undefined>;
  /** Every entry of a stream, oldest first. */
  entriesOf(stream: string): Promise<readonly (AnchoredHead & { readonly index: number })[]>;
  /** Hashes that lead from the leaf to the root of the tree of `size` leaves. */
  inclusion(index: number, size: number): Promise<readonly string[]>;
  /** Hashes which show that the tree of `size` leaves has grown out of that of `earlier`. */
  consistency(earlier: number, size: number): Promise<readonly string[]>;
  /** Checkpoints after `n`, in order. */
  checkpoints(after: number, limit: number): Promise<readonly Checkpoint[]>;
  /** Streams that wait for the log, after this one in the order of their keys. */
  waiting(after: string, limit: number): Promise<readonly string[]>;
  /** The log from an index on, in order. */
  entries(from: number, limit: number): Promise<readonly { readonly index: number; readonly entry: LogEntry }[]>;
}

/** A place that takes each object once and lets nobody change it: the bucket with Object Lock. */
export interface Witness {
  /** Harmless when repeated with the same content. @throws Error when something else stands there. */
  keep(name: string, content: string): Promise<void>;
}

/** How the anchor stands, for operators. */
export interface AnchorStanding {
  readonly checkpoint?: Checkpoint;
  readonly unfinished: boolean;
  /** Since when the head waits that has waited longest; absent when none does. */
  readonly waitingSince?: string;
}
