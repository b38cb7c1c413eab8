import type { Balancer, Weighted } from './balancer.js';

/** Places on the ring for the heaviest; lighter ones have fewer. With 64 targets the ring has at most 6,400 places. */
const PLACES = 100;

interface Place<T> {
  readonly at: number;
  readonly owner: T;
}

/** Keeps a caller with one target; when a target goes, only its own callers move on. */
export class ConsistentHash<T extends Weighted> implements Balancer<T> {
  private readonly ring: readonly Place<T>[];

  constructor(all: readonly T[]) {
    const heaviest = Math.max(...all.map(({ weight }) => weight));
    this.ring = all
      .flatMap((owner) =>
        Array.from({ length: Math.max(1, Math.round((PLACES * owner.weight) / heaviest)) }, (_, i) => ({
          at: hashOf(`${owner.name}#${i}`),
          owner,
        })),
      )
      .toSorted((a, b) => a.at - b.at);
  }

  pick(usable: (one: T) => boolean, key: number): T | undefined {
    const { ring } = this;
    const first = this.firstFrom(key);
    for (let i = 0; i < ring.length; i++) {
      const { owner } = ring[(first + i) % ring.length]!;
      if (usable(owner)) return owner;
    }
    return undefined;
  }

  private firstFrom(key: number): number {
    let [low, high] = [0, this.ring.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ring[middle]!.at < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** FNV-1a, then the finalizer of MurmurHash3, because alike names must not lie side by side on the ring. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
