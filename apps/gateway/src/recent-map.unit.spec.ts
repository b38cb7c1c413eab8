import { describe, expect, it } from '@jest/globals';
import { RecentMap } from './recent-map.js';

describe('RecentMap', () => {
  it('keeps the most recently used and never holds more than twice its capacity', () => {
    const map = new RecentMap<number, string>(100);
    for (let i = 0; i < 10_000; i++) {
      map.set(i, `v${i}`);
      expect(map.get(0)).toBe('v0'); // used all the time, so never forgotten
      expect(map.size).toBeLessThanOrEqual(200);
    }
    for (let i = 9_901; i < 10_000; i++) expect(map.get(i)).toBe(`v${i}`);
    expect(map.get(5_000)).toBeUndefined();
  });

  it('forgets on request, also what has aged', () => {
    const map = new RecentMap<string, number>(1);
    map.set('a', 1);
    map.set('b', 2);
    map.delete('a');
    map.delete('b');
    expect([map.get('a'), map.get('b'), map.size]).toEqual([undefined, undefined, 0]);
  });

  it('replaces a value without growing', () => {
    const map = new RecentMap<string, number>(1);
    map.set('a', 1);
    map.set('a', 2);
    expect(map.get('a')).toBe(2);
    expect(map.size).toBe(1);
  });
});
