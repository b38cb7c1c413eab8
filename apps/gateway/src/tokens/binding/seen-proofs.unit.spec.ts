import { describe, expect, it } from '@jest/globals';
import { SeenProofs } from './seen-proofs.js';

const MINUTE = 60_000;

describe('SeenProofs', () => {
  it('knows a proof again for as long as it is valid, wherever in its generation it came', () => {
    for (let start = 0; start < 130_000; start += 10_000) {
      const seen = new SeenProofs();
      seen.use('key', 'other', 0);
      expect(seen.use('key', 'a', start)).toBe('first');
      expect(seen.use('key', 'a', start + 2 * MINUTE)).toBe('again');
    }
  });

  it('forgets it some time after that', () => {
    const seen = new SeenProofs();
    seen.use('key', 'a', 0);
    seen.use('key', 'b', 3 * MINUTE);
    expect(seen.use('key', 'a', 6 * MINUTE)).toBe('first');
  });

  it('keeps keys apart', () => {
    const seen = new SeenProofs();
    expect([seen.use('a', 'x', 0), seen.use('b', 'x', 0)]).toEqual(['first', 'first']);
  });

  it('takes no more from one key than its bound, and others meanwhile', () => {
    const seen = new SeenProofs({ perKey: 2, inAll: 100 });
    expect(['1', '2', '3'].map((jti) => seen.use('greedy', jti, 0))).toEqual(['first', 'first', 'too-many']);
    expect(seen.use('greedy', '1', 0)).toBe('again');
    expect(seen.use('modest', '1', 0)).toBe('first');
  });

  it('never holds more than its bound in all', () => {
    const seen = new SeenProofs({ perKey: 2, inAll: 3 });
    expect(['a', 'b', 'c', 'd'].map((key) => seen.use(key, 'x', 0))).toEqual([
      'first',
      'first',
      'first',
      'too-many',
    ]);
    expect(seen.use('d', 'x', 3 * MINUTE)).toBe('first');
  });
});
