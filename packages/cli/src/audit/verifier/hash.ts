import { createHash } from 'node:crypto';

/** Of SHA-256. */
export const HASH_BYTES = 32;
const LEAF_PREFIX = Buffer.of(0x00);
const NODE_PREFIX = Buffer.of(0x01);

/** SHA-256 of nothing: the root of the tree without leaves (RFC 9162 §2.1.1). */
export const EMPTY_ROOT = createHash('sha256').digest();

/** `SHA-256(0x00 || entry)` (RFC 9162 §2.1.1). */
export const hashOfLeaf = (entry: string | Uint8Array): Buffer =>
  createHash('sha256').update(LEAF_PREFIX).update(entry).digest();

/** `SHA-256(0x01 || left || right)` (RFC 9162 §2.1.1). */
export const hashOfNode = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
