import type { Hash } from './hash.js';
import { EMPTY_ROOT } from './hash.js';
import { rangeHashes } from './lib/range-hashes.js';
import { assertWithin } from './lib/tree-size.js';
import type { NodeReader } from './node.js';

/**
 * The root of the tree of the first `size` leaves: MTH(D_n) of RFC 9162 §2.1.1.
 * @throws RangeError when `size` is not a whole number; whatever the reader throws.
 */
export async function treeRoot(size: number, read: NodeReader): Promise<Hash> {
  assertWithin('size', size, Number.MAX_SAFE_INTEGER);
  if (size === 0) return EMPTY_ROOT;
  const [root] = await rangeHashes([[0, size]], read);
  return root!;
}
