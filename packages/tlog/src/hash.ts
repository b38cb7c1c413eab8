import { hash } from 'node:crypto';

/** A SHA-256 output: the hash algorithm of every tree here. */
export type Hash = Uint8Array;

/** Bytes in a hash. */
export const HASH_BYTES = 32;

/** The root of the tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1). */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array());

// RFC 9162 §2.1.1: different prefixes, so that no leaf can pass for a node.
const LEAF = 0x00;
const NODE = 0x01;

/** What a node is hashed of, filled anew each time: nothing else happens between filling and hashing. */
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

/** The same for leaves that are not larger than most. */
const leafInput = Buffer.alloc(16 * 1024, LEAF);

/**
 * The hash of a leaf: `SHA-256(0x00 || entry)` (RFC 9162 §2.1.1).
 * @param entry the leaf's content; a string counts as UTF-8.
 */
export function leafHash(entry: Uint8Array | string): Hash {
  const length = 1 + Buffer.byteLength(entry);
  const input = length <= leafInput.length ? leafInput : Buffer.alloc(length, LEAF);
  if (typeof entry === 'string') input.write(entry, 1);
  else input.set(entry, 1);
  return sha256(input.subarray(0, length));
}

/**
 * The hash of an inner node: `SHA-256(0x01 || left || right)` (RFC 9162 §2.1.1).
 * @throws RangeError when one of the two is no hash.
 */
export function nodeHash(left: Hash, right: Hash): Hash {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    throw new RangeError(`a node is made of two hashes of ${HASH_BYTES} bytes`);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** One call instead of a hash object, and a string instead of a buffer of its own: half the time each, for inputs this short. */
function sha256(bytes: Uint8Array): Hash {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}
