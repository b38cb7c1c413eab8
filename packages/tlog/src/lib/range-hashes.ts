import type { Hash } from '../hash.js';
import type { LeafRange, NodeReader } from '../node.js';
import { foldNodes, nodesOf } from '../node.js';

/** MTH of each range, with one call of the reader for all of them. */
export async function rangeHashes(ranges: readonly LeafRange[], read: NodeReader): Promise<Hash[]> {
  if (ranges.length === 0) return [];
  const nodes = ranges.map(nodesOf);
  const hashes = await read(nodes.flat());
  let from = 0;
  return nodes.map(({ length }) => {
    const part = hashes.slice(from, from + length);
    from += length;
    return foldNodes(part);
  });
}
