import type { Balancer, Weighted } from './balancer.js';

/**
 * Smooth weighted round robin, as nginx does it: with the weights 3 and 1 the order is a a b a, never a a a b.
 * https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */
export class RoundRobin<T extends Weighted> implements Balancer<T> {
  private readonly credits: number[];

  constructor(private readonly all: readonly T[]) {
    this.credits = all.map(() => 0);
  }

  pick(usable: (one: T) => boolean): T | undefined {
    let best = -1;
    let total = 0;
    for (const [i, one] of this.all.entries()) {
      if (!usable(one)) continue;
      total += one.weight;
      this.credits[i]! += one.weight;
      if (best < 0 || this.credits[i]! > this.credits[best]!) best = i;
    }
    if (best < 0) return undefined;
    this.credits[best]! -= total;
    return this.all[best];
  }
}
