import { createHash, randomBytes, randomInt } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  AnchoredHead,
  AnchorLog,
  AnchorQueue,
  AnchorStanding,
  Checkpoint,
  CheckpointSigner,
  LogBatch,
  LogEntry,
  LogState,
  PendingHead,
} from '../domain/anchor.ts';
import { canonicalJson, genesisHash } from './chain.ts';
import { DynamoDb, despiteContention, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { available } from './failures.ts';
import {
  anchorPartition,
  batchKey,
  checkpointKey,
  headKey,
  logStateKey,
  pendingHeadKey,
  streamEntryKey,
} from './keys.ts';
import { appendLeaf, emptyTree, leafHash, type RightEdge, rootOf, type TreeNode } from './merkle.ts';
import { parseBatch, parseLogState, parsePending } from './stored-anchor.ts';
import { parseHead } from './stored-event.ts';

export interface AnchorOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly onConsumed?: OnConsumed;
  /** Only for whoever appends. */
  readonly signer?: CheckpointSigner;
}

/** Requests under way at once. */
const inFlight = 16;

/** Blind leaves of one batch: at least one, at most this many. */
const mostBlind = 8;

/** The text whose leaf hash stands in the log. A blind entry is its own hash: there is nothing behind it. */
export const leafOf = (entry: LogEntry): string =>
  'blind' in entry
    ? entry.blind
    : leafHash(canonicalJson({ stream: entry.stream, version: entry.version, hash: entry.hash }));

export const checkpointHash = (checkpoint: Omit<Checkpoint, 'hash' | 'signature'>): string =>
  createHash('sha256')
    .update(canonicalJson({ ...checkpoint, hash: undefined }))
    .digest('hex');

/** Puts blind leaves at random places between the heads. */
const blinded = (heads: readonly AnchoredHead[]): LogEntry[] => {
  const entries: LogEntry[] = heads.map(({ stream, version, hash }) => ({ stream, version, hash }));
  for (let blind = randomInt(1, mostBlind + 1); blind > 0; blind -= 1)
    entries.splice(randomInt(entries.length + 1), 0, { blind: randomBytes(32).toString('hex') });
  return entries;
};

/** Grows a tree by these leaves. `merged`: subtrees completed that began before them, which they alone do not give. */
export function grow(tree: RightEdge, leaves: readonly string[]): { tree: RightEdge; merged: TreeNode[] } {
  let grown = tree;
  const merged: TreeNode[] = [];
  for (const leaf of leaves) {
    const { tree: next, completed } = appendLeaf(grown, leaf);
    grown = next;
    merged.push(...completed.filter(({ level, index }) => index * 2 ** level < tree.size));
  }
  return { tree: grown, merged };
}

/** The anchor's queue and log in the Petitions table. */
export class DynamoAnchorLog implements AnchorQueue, AnchorLog {
  readonly #db: DynamoDb;
  readonly #table: string;
  readonly #signer: CheckpointSigner | undefined;

  constructor({ client, petitionsTable, onConsumed, signer }: AnchorOptions) {
    this.#signer = signer;
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
  }

  async collect(streams: readonly string[], at: string): Promise<void> {
    await inTurn(streams, async (stream) => {
      const item = await this.#db.get(this.#table, headKey(stream));
      // The head comes in the transaction of the facts: without one there are none.
      if (item !== undefined) await this.#await(stream, parseHead(item), at);
    });
  }

  async collectMissed(streams: readonly string[], at: string): Promise<number> {
    let missed = 0;
    await inTurn(streams, async (stream) => {
      const item = await this.#db.get(this.#table, headKey(stream));
      if (item === undefined) return;
      const head = parseHead(item);
      if ((await this.#db.get(this.#table, streamEntryKey(stream, head.version))) !== undefined) return;
      if (await this.#await(stream, head, at)) missed += 1;
    });
    return missed;
  }

  /** @returns `false` when this head, or a newer one, waits already */
  async #await(stream: string, { version, hash }: Pick<PendingHead, 'version' | 'hash'>, at: string): Promise<boolean> {
    const update = new UpdateItemCommand({
      TableName: this.#table,
      Key: toItem(pendingHeadKey(stream)),
      UpdateExpression: 'SET version = :version, #hash = :hash, since = if_not_exists(since, :at)',
      ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
      ExpressionAttributeNames: { '#hash': 'hash' },
      ExpressionAttributeValues: toItem({ ':version': version, ':hash': hash, ':at': at }),
      ReturnConsumedCapacity: 'TOTAL',
    });
    return this.#unless(ConditionalCheckFailedException, () => this.#db.client.send(update));
  }

  async state(): Promise<LogState | undefined> {
    const item = await this.#db.get(this.#table, logStateKey);
    if (item === undefined) return undefined;
    const { checkpoint, unfinished } = parseLogState(item);
    return { checkpoint, unfinished };
  }

  /** Since when the head waits that has waited longest, out of the first thousand. */
  async standing(): Promise<AnchorStanding> {
    const [state, waiting] = await Promise.all([this.state(), this.pending(1000)]);
    const [oldest] = waiting.map(({ since }) => since).sort();
    return {
      unfinished: state?.unfinished ?? false,
      ...(state === undefined ? {} : { checkpoint: state.checkpoint }),
      ...(oldest === undefined ? {} : { waitingSince: oldest }),
    };
  }

  async pending(limit: number): Promise<readonly PendingHead[]> {
    const query = { table: this.#table, where: 'pk = :pk', values: { ':pk': anchorPartition.pending } };
    return (await this.#db.query(query, limit)).map(parsePending);
  }

  async append(onto: LogState | undefined, heads: readonly AnchoredHead[], at: string): Promise<boolean> {
    const before = await this.#db.get(this.#table, logStateKey);
    const stored = before && parseLogState(before);
    if (stored?.unfinished || stored?.checkpoint.n !== onto?.checkpoint.n) return false;
    const entries = blinded(heads);
    const start: RightEdge = stored ? { size: stored.checkpoint.size, peaks: stored.peaks } : emptyTree;
    const { tree, merged } = grow(start, entries.map(leafOf));
    const previous = stored?.checkpoint;
    const content = {
      n: (previous?.n ?? 0) + 1,
      size: tree.size,
      root: rootOf(tree.peaks),
      // Clocks may go backwards, the log does not.
      at: previous !== undefined && previous.at > at ? previous.at : at,
      previous: previous?.hash ?? genesisHash,
    };
    const hash = checkpointHash(content);
    // Before it is written: whatever finishes the batch gives the witness the same text, and no two signatures are alike.
    const signature = await this.#signer?.sign({ hash });
    const checkpoint: Checkpoint = { ...content, hash, ...(signature === undefined ? {} : { signature }) };
    const put = (item: object, condition: string, values?: object) => ({
      Put: {
        TableName: this.#table,
        Item: toItem(item),
        ConditionExpression: condition,
        ...(values === undefined ? {} : { ExpressionAttributeValues: toItem(values) }),
      },
    });
    const text = JSON.stringify(entries);
    const state = { ...logStateKey, ...checkpoint, peaks: tree.peaks, unfinished: true };
    const operations = [
      put({ ...batchKey(tree.size), checkpoint, from: start.size, entries: text, merged }, 'attribute_not_exists(pk)'),
      put({ ...checkpointKey(checkpoint.n), ...checkpoint }, 'attribute_not_exists(pk)'),
      previous === undefined
        ? put(state, 'attribute_not_exists(pk)')
        : put(state, 'n = :n AND unfinished = :no', { ':n': previous.n, ':no': false }),
    ];
    const transaction = new TransactWriteItemsCommand({
      TransactItems: operations,
      ReturnConsumedCapacity: 'TOTAL',
    });
    return this.#unless(TransactionCanceledException, () => this.#db.client.send(transaction));
  }

  async batch(size: number): Promise<LogBatch> {
    const item = await this.#db.get(this.#table, batchKey(size));
    if (item === undefined) throw new Error(`The log has no batch that ends at ${String(size)}.`);
    const { checkpoint, from, entries } = parseBatch(item);
    return { checkpoint, from, entries };
  }

  async finish({ checkpoint, from, entries }: LogBatch): Promise<void> {
    const heads = entries.flatMap((entry, offset) => ('blind' in entry ? [] : [{ ...entry, index: from + offset }]));
    await inTurn(heads, async ({ stream, version, hash, index }) => {
      // The first place counts: a head that was collected again after it was anchored stands in the log twice.
      const place = new PutItemCommand({
        TableName: this.#table,
        Item: toItem({ ...streamEntryKey(stream, version), index, hash }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnConsumedCapacity: 'TOTAL',
      });
      const settled = new DeleteItemCommand({
        TableName: this.#table,
        Key: toItem(pendingHeadKey(stream)),
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: toItem({ ':version': version }),
        ReturnConsumedCapacity: 'TOTAL',
      });
      await this.#unless(ConditionalCheckFailedException, () => this.#db.client.send(place));
      await this.#unless(ConditionalCheckFailedException, () => this.#db.client.send(settled));
    });
    const finished = new UpdateItemCommand({
      TableName: this.#table,
      Key: toItem(logStateKey),
      UpdateExpression: 'SET unfinished = :no',
      ConditionExpression: 'n = :n',
      ExpressionAttributeValues: toItem({ ':no': false, ':n': checkpoint.n }),
      ReturnConsumedCapacity: 'TOTAL',
    });
    // Otherwise somebody else has finished it and gone on.
    await this.#unless(ConditionalCheckFailedException, () => this.#db.client.send(finished));
  }

  /** @returns `false` when the write was refused with this error. @throws Unavailable */
  async #unless(refused: new (...args: never[]) => Error, write: () => Promise<unknown>): Promise<boolean> {
    try {
      await despiteContention(() => available(write));
      return true;
    } catch (error) {
      if (error instanceof refused) return false;
      throw error;
    }
  }
}

/** A few at a time. */
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += inFlight) await Promise.all(all.slice(from, from + inFlight).map(work));
}
