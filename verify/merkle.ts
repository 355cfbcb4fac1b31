/** Proofs of RFC 9162, sections 2.1.3.2 and 2.1.4.2 (the trees are those of RFC 6962). */

import { sha256 } from './canonical.ts';

export const leafHash = (text: string): string => sha256(Buffer.concat([Buffer.of(0), Buffer.from(text, 'utf8')]));

const nodeHash = (left: string, right: string): string =>
  sha256(Buffer.concat([Buffer.of(1), Buffer.from(left, 'hex'), Buffer.from(right, 'hex')]));

const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

/** The root to which a path leads from a leaf; `undefined` when the path has the wrong length. */
export function rootBy(leaf: string, index: number, size: number, path: readonly string[]): string | undefined {
  if (index >= size) return undefined;
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const hash of path) {
    if (sn === 0) return undefined;
    if (isOdd(fn) || fn === sn) {
      root = nodeHash(hash, root);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      root = nodeHash(root, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? root : undefined;
}

/** Whether the tree of `size` leaves with `root` has grown out of that of `earlier` leaves with `before`. */
export function consistent(
  earlier: number,
  before: string,
  size: number,
  root: string,
  proof: readonly string[],
): boolean {
  if (earlier > size) return false;
  if (earlier === size) return before === root && proof.length === 0;
  if (earlier === 0) return proof.length === 0;
  let [fn, sn] = [earlier - 1, size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  const hashes = fn === 0 ? [before, ...proof] : [...proof];
  const first = hashes.shift();
  if (first === undefined) return false;
  let [fr, sr] = [first, first];
  for (const hash of hashes) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [fr, sr] = [nodeHash(hash, fr), nodeHash(hash, sr)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return fr === before && sr === root && sn === 0;
}
