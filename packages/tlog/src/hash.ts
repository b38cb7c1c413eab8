import { hash } from 'node:crypto';

/** A SHA-256 output: the hash algorithm of every tree here. */
export type Hash = Uint8Array;

/** Bytes in a hash. */
export const HASH_BYTES = 32;

/** The root of the tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1). */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array());

// RFC 9162 §2.1.1: different prefixes, so that no leaf can pass for a node.
const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/**
 * The hash of a leaf: `SHA-256(0x00 || entry)` (RFC 9162 §2.1.1).
 * @param entry the leaf's content; a string counts as UTF-8.
 */
export function leafHash(entry: Uint8Array | string): Hash {
  return sha256(Buffer.concat([LEAF, typeof entry === 'string' ? Buffer.from(entry) : entry]));
}

/** The hash of an inner node: `SHA-256(0x01 || left || right)` (RFC 9162 §2.1.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(Buffer.concat([NODE, left, right]));
}

/** One call instead of a hash object: half the time for inputs this short. */
function sha256(bytes: Uint8Array): Hash {
  return hash('sha256', bytes, 'buffer');
}
