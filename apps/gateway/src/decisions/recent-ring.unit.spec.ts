import { describe, expect, it } from '@jest/globals';
import { RecentRing } from './recent-ring.js';

describe('RecentRing', () => {
  it('finds the youngest that fits, also over the seam', () => {
    const ring = new RecentRing<number>(4);
    for (let i = 1; i <= 6; i++) ring.add(i);
    expect(ring.latest(() => true)?.entry).toBe(6);
    expect(ring.latest((n) => n % 2 === 1)?.entry).toBe(5);
    expect(ring.latest((n) => n < 5)?.entry).toBe(4);
  });

  it('says where an entry is, until another takes its place', () => {
    const ring = new RecentRing<number>(2);
    expect([1, 2, 3].map((n) => ring.add(n))).toEqual([0, 1, 0]);
    expect(ring.latest((n) => n === 2)).toEqual({ entry: 2, place: 1 });
    expect(ring.latest((n) => n === 3)).toEqual({ entry: 3, place: 0 });
  });

  it('forgets what no longer fits in', () => {
    const ring = new RecentRing<number>(4);
    for (let i = 1; i <= 9; i++) ring.add(i);
    expect(ring.latest((n) => n <= 5)).toBeUndefined();
    expect(ring.latest((n) => n === 6)?.entry).toBe(6);
  });
});
