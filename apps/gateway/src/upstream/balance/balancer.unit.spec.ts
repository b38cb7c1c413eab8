import { describe, expect, it } from '@jest/globals';
import type { Weighted } from './balancer.js';
import { balancerOf } from './balancer-of.js';
import { hashOf } from './consistent-hash.js';

const targets = (...weights: number[]): Weighted[] =>
  weights.map((weight, i) => ({ name: `http://10.0.0.${i}`, weight, load: 0 }));
const anyone = () => true;

describe('weighted round robin', () => {
  it('spreads the turns of the heavy ones', () => {
    const all = targets(5, 1, 1);
    const balancer = balancerOf('round-robin', all);
    const turns = Array.from({ length: 7 }, () => all.indexOf(balancer.pick(anyone, 0)!));
    expect(turns).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it('gives the turns of whoever is out to the others, and picks nobody when all are', () => {
    const all = targets(2, 1, 1);
    const balancer = balancerOf('round-robin', all);
    const turns = Array.from({ length: 6 }, () => balancer.pick((one) => one !== all[1], 0));
    expect(turns.filter((one) => one === all[0])).toHaveLength(4);
    expect(turns).not.toContain(all[1]);
    expect(balancer.pick(() => false, 0)).toBeUndefined();
  });
});

describe('least connections', () => {
  it('counts what is under way by weight', () => {
    const all: Weighted[] = [
      { name: 'a', weight: 1, load: 2 },
      { name: 'b', weight: 4, load: 8 },
      { name: 'c', weight: 1, load: 3 },
    ];
    expect(balancerOf('least-connections', all).pick(anyone, 0)!.name).toBe('b');
  });

  it('takes turns among equals', () => {
    const all = targets(1, 1, 1);
    const balancer = balancerOf('least-connections', all);
    expect(new Set([1, 2, 3].map(() => balancer.pick(anyone, 0))).size).toBe(3);
  });
});

describe('consistent hash', () => {
  const all = targets(1, 1, 1, 3);
  const balancer = balancerOf({ hash: 'token' }, all);
  const keys = Array.from({ length: 6_000 }, (_, i) => hashOf(`tok_${i}`));
  const placed = keys.map((key) => balancer.pick(anyone, key)!);

  it('shares callers by weight', () => {
    for (const target of all) {
      const share = placed.filter((one) => one === target).length / keys.length;
      expect(share).toBeGreaterThan((target.weight / 6) * 0.7);
      expect(share).toBeLessThan((target.weight / 6) * 1.4);
    }
  });

  it('moves only the callers of a target that is gone', () => {
    const without = keys.map((key) => balancer.pick((one) => one !== all[1], key)!);
    for (const [i, target] of placed.entries())
      if (target !== all[1]) expect(without[i]).toBe(target);
      else expect(without[i]).not.toBe(all[1]);
  });
});
