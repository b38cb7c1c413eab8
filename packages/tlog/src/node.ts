import type { Hash } from './hash.js';
import { nodeHash } from './hash.js';

/**
 * A complete subtree of 2^level leaves: the `index`-th of its level, counted from the left. Level 0 are the leaves.
 * Once its leaves exist its hash never changes, which is why trees are stored and read by these.
 */
export interface Node {
  level: number;
  index: number;
}

/**
 * Where proofs get their hashes from: the hash of every node asked for, in the same order.
 * Called once per proof, with O(log n) nodes, so that a store can fetch them together.
 */
export type NodeReader = (nodes: readonly Node[]) => Promise<readonly Hash[]>;

/** The leaves from `start` up to, not including, `end`. */
export type LeafRange = readonly [start: number, end: number];

/**
 * The complete subtrees that together cover a range, largest first.
 * @param range must start at a multiple of the largest power of two that is not above its length, as every range that
 * RFC 9162 splits off does.
 */
export function nodesOf([start, end]: LeafRange): Node[] {
  const nodes: Node[] = [];
  for (let at = start; at < end; ) {
    const { level, leaves } = largestSubtree(end - at);
    nodes.push({ level, index: at / leaves });
    at += leaves;
  }
  return nodes;
}

/** MTH of a range (RFC 9162 §2.1.1) from the hashes of its subtrees, largest first. */
export function foldNodes(hashes: readonly Hash[]): Hash {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** RFC 9162 §2.1.1: k, the largest power of two smaller than n. */
export function splitOf(n: number): number {
  const { leaves } = largestSubtree(n);
  return leaves === n ? n / 2 : leaves;
}

function largestSubtree(length: number): { level: number; leaves: number } {
  let level = 0;
  let leaves = 1;
  // Arithmetic instead of shifts: JavaScript shifts 32 bits, a log may hold more leaves.
  while (leaves * 2 <= length) {
    leaves *= 2;
    level += 1;
  }
  return { level, leaves };
}
