import { MalformedEvent } from '@gatehouse/contracts';
import type { Leaf } from '../log/leaf.js';

/** The leaves before the first event that can never become one, and what is wrong with that. */
export interface LeavesUntilPoison {
  leaves: Leaf[];
  poison?: MalformedEvent;
}

/** Makes leaves up to the first poison event: what came before it is logged, what comes after it waits. */
export function leavesUntilPoison<Item>(
  items: readonly Item[],
  toLeaf: (item: Item) => Leaf,
): LeavesUntilPoison {
  const leaves: Leaf[] = [];
  for (const item of items) {
    try {
      leaves.push(toLeaf(item));
    } catch (error) {
      if (error instanceof MalformedEvent) return { leaves, poison: error };
      throw error;
    }
  }
  return { leaves };
}
