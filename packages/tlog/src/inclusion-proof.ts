import type { Hash } from './hash.js';
import { nodeHash } from './hash.js';
import { rangeHashes } from './lib/range-hashes.js';
import { areHashes, sameHash } from './lib/same-hash.js';
import { assertWithin, isCount } from './lib/tree-size.js';
import type { LeafRange, NodeReader } from './node.js';
import { splitOf } from './node.js';

/**
 * Proves that a leaf is in a tree: PATH(m, D_n) of RFC 9162 §2.1.3.1, from the leaf upwards.
 * @param index the leaf's, from 0.
 * @param size of the tree to prove it in.
 * @throws RangeError when `index` is not below `size`; whatever the reader throws.
 */
export async function inclusionProof(index: number, size: number, read: NodeReader): Promise<Hash[]> {
  assertWithin('index', index, size - 1);
  return rangeHashes(path(index, [0, size]), read);
}

/** The ranges whose hashes are the proof. */
function path(index: number, [start, end]: LeafRange): LeafRange[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...path(index, [start, middle]), [middle, end]]
    : [...path(index, [middle, end]), [start, middle]];
}

/** What is claimed, and the evidence. */
export interface InclusionClaim {
  index: number;
  size: number;
  leafHash: Hash;
  proof: readonly Hash[];
  root: Hash;
}

/**
 * Whether a proof shows that the leaf is in the tree with that root: RFC 9162 §2.1.3.2.
 * Never throws: a claim that is not well-formed is not proven.
 */
export function verifyInclusion({ index, size, leafHash, proof, root }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (!areHashes([leafHash, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leafHash;
  for (const part of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(part, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else hash = nodeHash(hash, part);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && sameHash(hash, root);
}
