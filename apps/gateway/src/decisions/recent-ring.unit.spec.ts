import { describe, expect, it } from '@jest/globals';
import { RecentRing } from './recent-ring.js';

describe('RecentRing', () => {
  it('finds the youngest that fits, also over the seam', () => {
    const ring = new RecentRing<number>(4);
    for (let i = 1; i <= 6; i++) ring.add(i);
    expect(ring.latest(() => true)).toBe(6);
    expect(ring.latest((n) => n % 2 === 1)).toBe(5);
    expect(ring.latest((n) => n < 5)).toBe(4);
  });

  it('forgets what no longer fits in', () => {
    const ring = new RecentRing<number>(4);
    for (let i = 1; i <= 9; i++) ring.add(i);
    expect(ring.latest((n) => n <= 5)).toBeUndefined();
    expect(ring.latest((n) => n === 6)).toBe(6);
  });
});
