import { hashOfNode } from './hash.js';

/** Where a leaf is claimed to be, and the proof. */
export interface InclusionClaim {
  index: number;
  size: number;
  leafHash: Buffer;
  proof: readonly Buffer[];
}

/**
 * The root that follows from an inclusion proof (RFC 9162 §2.1.3.1, read backwards); `undefined` when the proof has a
 * wrong length.
 */
export function rootFromInclusion({ index, size, leafHash, proof }: InclusionClaim): Buffer | undefined {
  if (size === 1) return proof.length === 0 ? leafHash : undefined;
  const sibling = proof.at(-1);
  if (!sibling) return undefined;
  const split = largestPowerOfTwoBelow(size);
  const rest = { leafHash, proof: proof.slice(0, -1) };
  if (index < split) {
    const left = rootFromInclusion({ ...rest, index, size: split });
    return left && hashOfNode(left, sibling);
  }
  const right = rootFromInclusion({ ...rest, index: index - split, size: size - split });
  return right && hashOfNode(sibling, right);
}

/** k of RFC 9162 §2.1.1. */
function largestPowerOfTwoBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
