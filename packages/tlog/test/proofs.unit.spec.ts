import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../src/index.js';
import type { Hash } from '../src/index.js';
import { NaiveTree } from './naive-tree.js';
import { TiledTree } from './tiled-tree.js';

const LARGEST = 300;
const entries = Array.from({ length: LARGEST }, (_, i) => Buffer.from(`entry ${i}`));
const naive = new NaiveTree(entries);
const tree = new TiledTree();
const roots = Array.from({ length: LARGEST + 1 }, (_, size) => naive.mth(0, size));

beforeAll(() => {
  for (let done = 0, batch = 1; done < LARGEST; done += batch, batch = (batch % 7) + 1)
    tree.append(entries.slice(done, done + batch).map(leafHash));
});

const equal = (a: readonly Hash[], b: readonly Hash[]): boolean =>
  a.length === b.length && a.every((hash, i) => Buffer.from(b[i]).equals(hash));

const flipped = (hashes: readonly Hash[], at: number): Hash[] =>
  hashes.map((hash, i) =>
    i === at ? Uint8Array.from(hash, (byte, j) => (j === 0 ? byte ^ 1 : byte)) : hash,
  );

describe('a tree root', () => {
  it(`is that of RFC 9162 §2.1.1 for every size up to ${LARGEST}`, async () => {
    for (const [size, root] of roots.entries()) expect(await treeRoot(size, tree.read)).toEqual(root);
  });

  it('is refused for what is no size', async () => {
    await expect(treeRoot(-1, tree.read)).rejects.toThrow(RangeError);
    await expect(treeRoot(1.5, tree.read)).rejects.toThrow(RangeError);
  });
});

describe('an inclusion proof', () => {
  it(`is PATH of RFC 9162 §2.1.3.1, and verifies, for every leaf of every tree up to ${LARGEST}`, async () => {
    const wrong: string[] = [];
    for (let size = 1; size <= LARGEST; size++)
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, tree.read);
        const claim = { index, size, leafHash: leafHash(entries[index]), proof, root: roots[size] };
        if (!equal(proof, naive.path(index, 0, size)) || !verifyInclusion(claim))
          wrong.push(`${index} of ${size}`);
      }
    expect(wrong).toEqual([]);
  });

  it('proves nothing once any of its parts is changed, cut or lengthened', async () => {
    for (const [index, size] of [
      [0, 1],
      [3, 7],
      [255, 300],
      [299, 300],
    ] as const) {
      const proof = await inclusionProof(index, size, tree.read);
      const claim = { index, size, leafHash: leafHash(entries[index]), proof, root: roots[size] };
      expect(verifyInclusion(claim)).toBe(true);
      const broken = [
        ...proof.map((_, at) => ({ ...claim, proof: flipped(proof, at) })),
        { ...claim, proof: [...proof, roots[1]] },
        { ...claim, proof: [roots[1], ...proof] },
        { ...claim, proof: [...proof, new Uint8Array()] },
        { ...claim, root: roots[size - 1] },
        { ...claim, leafHash: leafHash('another') },
        { ...claim, index: size },
        { ...claim, index: -1 },
        { ...claim, index: 0.5 },
        ...(proof.length > 0
          ? [
              { ...claim, proof: proof.slice(1) },
              { ...claim, proof: proof.slice(0, -1) },
            ]
          : []),
      ];
      expect(broken.map(verifyInclusion)).toEqual(broken.map(() => false));
    }
  });

  it('is refused for a leaf beyond the tree', async () => {
    await expect(inclusionProof(5, 5, tree.read)).rejects.toThrow('index 5 is not within 0 and 4');
  });
});

describe('a consistency proof', () => {
  it(`is PROOF of RFC 9162 §2.1.4.1, and verifies, for every two sizes up to ${LARGEST}`, async () => {
    const wrong: string[] = [];
    for (let to = 1; to <= LARGEST; to++)
      for (let from = 1; from <= to; from++) {
        const proof = await consistencyProof(from, to, tree.read);
        const claim = { from, to, fromRoot: roots[from], toRoot: roots[to], proof };
        if (!equal(proof, naive.subproof(from, 0, to, true)) || !verifyConsistency(claim))
          wrong.push(`${from} to ${to}`);
      }
    expect(wrong).toEqual([]);
  });

  it('is empty from the empty tree, whose root is checked all the same', async () => {
    const proof = await consistencyProof(0, 10, tree.read);
    const claim = { from: 0, to: 10, fromRoot: roots[0], toRoot: roots[10], proof };
    expect(proof).toEqual([]);
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency({ ...claim, fromRoot: roots[1] })).toBe(false);
  });

  it('proves nothing once any of its parts is changed, cut or lengthened', async () => {
    for (const [from, to] of [
      [1, 2],
      [4, 8],
      [6, 7],
      [127, 300],
      [256, 300],
    ] as const) {
      const proof = await consistencyProof(from, to, tree.read);
      const claim = { from, to, fromRoot: roots[from], toRoot: roots[to], proof };
      expect(verifyConsistency(claim)).toBe(true);
      const broken = [
        ...proof.map((_, at) => ({ ...claim, proof: flipped(proof, at) })),
        { ...claim, proof: proof.slice(1) },
        { ...claim, proof: proof.slice(0, -1) },
        { ...claim, proof: [...proof, roots[1]] },
        { ...claim, proof: [] },
        { ...claim, fromRoot: roots[from - 1] },
        { ...claim, toRoot: roots[to - 1] },
        { ...claim, from: to },
        { ...claim, from: to + 1 },
      ];
      expect(broken.map(verifyConsistency)).toEqual(broken.map(() => false));
    }
  });

  it('is refused towards a smaller tree', async () => {
    await expect(consistencyProof(6, 5, tree.read)).rejects.toThrow('from 6 is not within 0 and 5');
  });
});
