import type { Hash } from '../hash.js';
import { HASH_BYTES } from '../hash.js';

/** Public values: no need for a constant-time comparison. */
export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === HASH_BYTES && b.length === HASH_BYTES && a.every((byte, i) => byte === b[i]);
}

/** Whether every part of a proof has the length of a hash: anything else could shift bytes between two parts. */
export function areHashes(hashes: readonly Hash[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}
