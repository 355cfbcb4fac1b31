/**
 * The Merkle tree of RFC 6962 (certificate transparency): hashes of leaves and nodes, growth by its right edge alone, and
 * which parts of a tree prove that a leaf is in it or that it grew out of an earlier one. Hashes are lower-case
 * hexadecimal SHA-256; a range is `[from, to)` in leaves.
 */

import { createHash } from 'node:crypto';

export type Range = readonly [from: number, to: number];

/** A tree as far as its growth needs it: the roots of its complete subtrees, largest first, one per binary digit of `size`. */
export interface RightEdge {
  readonly size: number;
  readonly peaks: readonly string[];
}

/** The root of a complete subtree of 2^level leaves, the `index`th of its level. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
  readonly hash: string;
}

const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);

export const emptyTree: RightEdge = { size: 0, peaks: [] };

export const leafHash = (content: string | Uint8Array): string => sha256(leafMark, content);

export const nodeHash = (left: string, right: string): string =>
  sha256(nodeMark, Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));

/** Adds one leaf. `completed`: the subtrees that it completes, lowest first. */
export function appendLeaf({ size, peaks }: RightEdge, leaf: string): { tree: RightEdge; completed: TreeNode[] } {
  const edge = [...peaks];
  const completed: TreeNode[] = [];
  let hash = leaf;
  let level = 0;
  for (let left = size; left % 2 === 1; left = (left - 1) / 2) {
    hash = nodeHash(edge.pop() ?? '', hash);
    level += 1;
    completed.push({ level, index: Math.floor(size / 2 ** level), hash });
  }
  return { tree: { size: size + 1, peaks: [...edge, hash] }, completed };
}

/** @param peaks Of one tree or range, largest first. */
export const rootOf = (peaks: readonly string[]): string =>
  peaks.length === 0 ? sha256('') : peaks.reduceRight((right, left) => nodeHash(left, right));

/** The complete subtrees that a range falls into, whose start is aligned as RFC 6962 aligns the starts of its ranges. */
export function subtreesOf([from, to]: Range): { readonly level: number; readonly index: number }[] {
  const subtrees: { level: number; index: number }[] = [];
  for (let start = from; start < to; ) {
    const level = Math.floor(Math.log2(to - start));
    subtrees.push({ level, index: start / 2 ** level });
    start += 2 ** level;
  }
  return subtrees;
}

/** Largest power of two smaller than `size`, for `size` of at least 2. */
const split = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1);

/** PATH(index, D[size]): whose hashes lead from a leaf to the root, lowest first. */
export function inclusionRanges(index: number, size: number): Range[] {
  const ranges: Range[] = [];
  let [from, to]: Range = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      ranges.push([middle, to]);
      to = middle;
    } else {
      ranges.push([from, middle]);
      from = middle;
    }
  }
  return ranges.reverse();
}

/** PROOF(earlier, D[size]): whose hashes show that the first `earlier` leaves are the same ones; none where it is trivial. */
export function consistencyRanges(earlier: number, size: number): Range[] {
  if (earlier === 0 || earlier === size) return [];
  const ranges: Range[] = [];
  let [from, to]: Range = [0, size];
  // Whoever checks knows the earlier root already; it stands for the range while that is all of the earlier tree.
  let known = true;
  while (to !== earlier) {
    const middle = from + split(to - from);
    if (earlier <= middle) {
      ranges.push([middle, to]);
      to = middle;
    } else {
      ranges.push([from, middle]);
      from = middle;
      known = false;
    }
  }
  if (!known) ranges.push([from, to]);
  return ranges.reverse();
}
