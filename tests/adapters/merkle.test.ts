import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grow } from '../../adapters/anchor-log.ts';
import {
  appendLeaf,
  consistencyRanges,
  emptyTree,
  inclusionRanges,
  leafHash,
  nodeHash,
  type Range,
  rootOf,
  subtreesOf,
} from '../../adapters/merkle.ts';
import { consistent, rootBy } from '../../verify/merkle.ts';

/** MTH as RFC 6962, section 2.1 writes it. */
const plainRoot = (leaves: readonly string[]): string => {
  if (leaves.length === 0) return rootOf([]);
  if (leaves.length === 1) return leaves[0] ?? '';
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return nodeHash(plainRoot(leaves.slice(0, half)), plainRoot(leaves.slice(half)));
};

/** The inputs and roots with which implementations of certificate transparency test themselves. */
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const known = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')));

const treeOf = (leaves: readonly string[]) => leaves.reduce((tree, leaf) => appendLeaf(tree, leaf).tree, emptyTree);
const hashOf = (leaves: readonly string[], [from, to]: Range) => plainRoot(leaves.slice(from, to));
const leavesOf = (count: number) => Array.from({ length: count }, (_, each) => leafHash(String(each)));

describe('the Merkle tree', () => {
  it('has the roots that certificate transparency expects', () => {
    for (const [size, root] of roots.entries()) {
      expect(rootOf(treeOf(known.slice(0, size)).peaks)).toBe(root);
      expect(plainRoot(known.slice(0, size))).toBe(root);
    }
  });

  it('proves as RFC 6962, section 2.1.3 does by example: seven leaves', () => {
    // PATH(0) = [b, h, l], PATH(3) = [c, g, l], PATH(4) = [f, j, k], PATH(6) = [i, k]
    expect(inclusionRanges(0, 7)).toEqual([
      [1, 2],
      [2, 4],
      [4, 7],
    ]);
    expect(inclusionRanges(3, 7)).toEqual([
      [2, 3],
      [0, 2],
      [4, 7],
    ]);
    expect(inclusionRanges(4, 7)).toEqual([
      [5, 6],
      [6, 7],
      [0, 4],
    ]);
    expect(inclusionRanges(6, 7)).toEqual([
      [4, 6],
      [0, 4],
    ]);
    // PROOF(3) = [c, d, g, l], PROOF(4) = [l], PROOF(6) = [i, j, k]
    expect(consistencyRanges(3, 7)).toEqual([
      [2, 3],
      [3, 4],
      [0, 2],
      [4, 7],
    ]);
    expect(consistencyRanges(4, 7)).toEqual([[4, 7]]);
    expect(consistencyRanges(6, 7)).toEqual([
      [4, 6],
      [6, 7],
      [0, 4],
    ]);
  });

  it('proves every leaf of every tree, to the verifier that shares no line with it', () => {
    for (let size = 1; size <= 70; size += 1) {
      const leaves = leavesOf(size);
      const root = plainRoot(leaves);
      for (let index = 0; index < size; index += 1) {
        const path = inclusionRanges(index, size).map((range) => hashOf(leaves, range));
        expect(rootBy(leaves[index] ?? '', index, size, path)).toBe(root);
        expect(rootBy(leaves[index] ?? '', index, size, [...path, root])).not.toBe(root);
        if (size === 1) continue;
        expect(rootBy(leaves[index] ?? '', index, size, path.slice(1))).not.toBe(root);
        expect(rootBy(leaves[index] ?? '', (index + 1) % size, size, path)).not.toBe(root);
      }
    }
  });

  it('proves that every tree grew out of every smaller one, and out of no other', () => {
    for (let size = 1; size <= 70; size += 1) {
      const leaves = leavesOf(size);
      for (let earlier = 1; earlier <= size; earlier += 1) {
        const [before, after] = [plainRoot(leaves.slice(0, earlier)), plainRoot(leaves)];
        const proof = consistencyRanges(earlier, size).map((range) => hashOf(leaves, range));
        expect(consistent(earlier, before, size, after, proof)).toBe(true);
        expect(consistent(earlier, leafHash('other'), size, after, proof)).toBe(false);
        expect(consistent(earlier, before, size, leafHash('other'), proof)).toBe(false);
        if (proof.length > 0) expect(consistent(earlier, before, size, after, proof.slice(1))).toBe(false);
        expect(consistent(earlier, before, size, after, [...proof, before])).toBe(false);
      }
    }
  });

  it('cuts every range of a proof into complete subtrees', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (size, seed) => {
        for (const [from, to] of [
          ...inclusionRanges(seed % size, size),
          ...consistencyRanges(1 + (seed % size), size),
        ]) {
          let at = from;
          for (const { level, index } of subtreesOf([from, to])) {
            expect(index * 2 ** level).toBe(at);
            at += 2 ** level;
          }
          expect(at).toBe(to);
        }
      }),
    );
  });

  it('grows by any batches to the same tree, and keeps what no batch alone could give', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const all = leavesOf(sizes.reduce((sum, size) => sum + size));
        let tree = emptyTree as ReturnType<typeof grow>['tree'];
        for (const size of sizes) {
          const { tree: next, merged } = grow(tree, all.slice(tree.size, tree.size + size));
          for (const { level, index, hash } of merged) {
            expect(index * 2 ** level).toBeLessThan(tree.size);
            expect((index + 1) * 2 ** level).toBeGreaterThan(tree.size);
            expect(hash).toBe(hashOf(all, [index * 2 ** level, (index + 1) * 2 ** level]));
          }
          tree = next;
        }
        expect(rootOf(tree.peaks)).toBe(plainRoot(all));
      }),
    );
  });
});
