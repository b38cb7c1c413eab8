import type { Balancer, Weighted } from './balancer.js';

/** Whoever has least under way for its weight; of equals, each in turn. */
export class LeastConnections<T extends Weighted> implements Balancer<T> {
  private start = 0;

  constructor(private readonly all: readonly T[]) {}

  pick(usable: (one: T) => boolean): T | undefined {
    const { all } = this;
    this.start = (this.start + 1) % all.length;
    let best: T | undefined;
    for (let i = 0; i < all.length; i++) {
      const one = all[(this.start + i) % all.length]!;
      if (usable(one) && (!best || loadOf(one) < loadOf(best))) best = one;
    }
    return best;
  }
}

const loadOf = ({ load, weight }: Weighted): number => (load + 1) / weight;
