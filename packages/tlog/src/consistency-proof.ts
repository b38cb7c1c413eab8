import type { Hash } from './hash.js';
import { EMPTY_ROOT, nodeHash } from './hash.js';
import { rangeHashes } from './lib/range-hashes.js';
import { areHashes, sameHash } from './lib/same-hash.js';
import { assertWithin, isCount } from './lib/tree-size.js';
import type { LeafRange, NodeReader } from './node.js';
import { splitOf } from './node.js';

/**
 * Proves that a tree only grew: PROOF(m, D_n) of RFC 9162 §2.1.4.1.
 * Empty from size 0, which every tree extends, and between equal sizes.
 * @throws RangeError when `from` is above `to`; whatever the reader throws.
 */
export async function consistencyProof(from: number, to: number, read: NodeReader): Promise<Hash[]> {
  assertWithin('to', to, Number.MAX_SAFE_INTEGER);
  assertWithin('from', from, to);
  return from === 0 ? [] : rangeHashes(subproof(from, [0, to], true), read);
}

/** SUBPROOF(m, D_n, b): `known` is b, true while the verifier holds the hash of this very subtree. */
function subproof(from: number, [start, end]: LeafRange, known: boolean): LeafRange[] {
  if (from === end) return known ? [] : [[start, end]];
  const middle = start + splitOf(end - start);
  return from <= middle
    ? [...subproof(from, [start, middle], known), [middle, end]]
    : [...subproof(from, [middle, end], false), [start, middle]];
}

/** What is claimed, and the evidence. */
export interface ConsistencyClaim {
  from: number;
  to: number;
  fromRoot: Hash;
  toRoot: Hash;
  proof: readonly Hash[];
}

/**
 * Whether a proof shows that the larger tree begins with the smaller: RFC 9162 §2.1.4.2.
 * Never throws: a claim that is not well-formed is not proven.
 */
export function verifyConsistency({ from, to, fromRoot, toRoot, proof }: ConsistencyClaim): boolean {
  if (!isCount(from) || !isCount(to) || from > to) return false;
  if (!areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && sameHash(fromRoot, toRoot);
  if (from === 0) return proof.length === 0 && sameHash(fromRoot, EMPTY_ROOT);
  return verifyGrowth(from, to, fromRoot, toRoot, proof);
}

/** The numbered steps of §2.1.4.2, for 0 < from < to. */
function verifyGrowth(
  from: number,
  to: number,
  fromRoot: Hash,
  toRoot: Hash,
  proof: readonly Hash[],
): boolean {
  if (proof.length === 0) return false;
  let fn = from - 1;
  let sn = to - 1;
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  // Step 2: a first tree that is one complete subtree is its own first part; after step 4 that shows as fn = 0.
  const [first, ...rest] = fn === 0 ? [fromRoot, ...proof] : proof;
  let fr = first!;
  let sr = first!;
  for (const part of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(part, fr);
      sr = nodeHash(part, sr);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else sr = nodeHash(sr, part);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && sameHash(fr, fromRoot) && sameHash(sr, toRoot);
}
