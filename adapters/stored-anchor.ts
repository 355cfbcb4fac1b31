/** What the anchor keeps in the Petitions table. Everything read is parsed by these schemas. */

import * as z from 'zod/mini';
import type { AnchoredHead, Checkpoint, LogBatch, LogEntry, LogState, PendingHead } from '../domain/anchor.ts';
import type { TreeNode } from './merkle.ts';

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const head = { stream: z.string(), version: z.int(), hash };

const CheckpointItem = z.object({
  n: z.int(),
  size: z.int(),
  root: hash,
  at: z.string(),
  previous: hash,
  hash,
  signature: z.optional(z.string()),
});

const Entries = z.array(z.union([z.strictObject(head), z.strictObject({ blind: hash })]));
const Merged = z.array(z.object({ level: z.int(), index: z.int(), hash }));
const BatchItem = z.object({ checkpoint: CheckpointItem, from: z.int(), entries: z.string(), merged: Merged });
const StateItem = z.extend(CheckpointItem, { peaks: z.array(hash), unfinished: z.boolean() });
const PendingItem = z.object({ sk: z.string(), version: z.int(), hash, since: z.string() });
const EntryItem = z.object({ pk: z.string(), sk: z.string().check(z.regex(/^\d{8}$/)), index: z.int(), hash });

/** @throws Error (zod) */
export const parseCheckpoint = (item: unknown): Checkpoint => CheckpointItem.parse(item) as Checkpoint;

/** @throws Error (zod) */
export function parseBatch(item: unknown): LogBatch & { readonly merged: readonly TreeNode[] } {
  const { entries, ...batch } = BatchItem.parse(item);
  return {
    ...batch,
    checkpoint: batch.checkpoint as Checkpoint,
    entries: Entries.parse(JSON.parse(entries)) satisfies LogEntry[],
  };
}

/** @throws Error (zod) */
export function parseLogState(item: unknown): LogState & { readonly peaks: readonly string[] } {
  const { peaks, unfinished, ...checkpoint } = StateItem.parse(item);
  return { checkpoint: CheckpointItem.parse(checkpoint) as Checkpoint, peaks, unfinished };
}

/** @throws Error (zod) */
export function parsePending(item: unknown): PendingHead {
  const { sk, ...pending } = PendingItem.parse(item);
  return { stream: sk, ...pending };
}

/** @throws Error (zod) */
export function parseStreamEntry(item: unknown): AnchoredHead & { readonly index: number } {
  const { pk, sk, index, hash } = EntryItem.parse(item);
  return { stream: pk.slice('A#'.length), version: Number(sk), hash, index };
}
