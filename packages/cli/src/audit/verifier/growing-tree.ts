import { EMPTY_ROOT, hashOfNode } from './hash.js';

/**
 * A tree that leaves are added to one after the other. It keeps only the complete subtrees that make up what it has
 * seen, one for each 1 in the binary form of its size: a log of any length is checked in the memory of a few hashes.
 */
export class GrowingTree {
  #size = 0;
  /** Largest first. */
  readonly #subtrees: { leaves: number; hash: Buffer }[] = [];

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds a leaf at the right. */
  add(leafHash: Buffer): void {
    this.#size += 1;
    let last = { leaves: 1, hash: leafHash };
    while (this.#subtrees.at(-1)?.leaves === last.leaves) {
      const left = this.#subtrees.pop()!;
      last = { leaves: left.leaves * 2, hash: hashOfNode(left.hash, last.hash) };
    }
    this.#subtrees.push(last);
  }

  /** MTH of RFC 9162 §2.1.1 of what was added so far. */
  root(): Buffer {
    const [last, ...rest] = this.#subtrees.toReversed();
    if (!last) return EMPTY_ROOT;
    return rest.reduce((right, left) => hashOfNode(left.hash, right), last.hash);
  }
}
