import { describe, expect, it } from '@jest/globals';
import { digestOfToken, formatOpaqueToken, opaqueTokenPattern, parseOpaqueToken } from './opaque-token.js';

describe('opaque token', () => {
  it('reads back what it wrote', () => {
    const token = formatOpaqueToken('gh', 'live');
    expect(parseOpaqueToken(token)).toEqual({ prefix: 'gh', environment: 'live', last4: token.slice(-4) });
    expect(token).toMatch(new RegExp(opaqueTokenPattern('gh')));
  });

  it('notices every single mistyped character', () => {
    const token = formatOpaqueToken('gh', 'live');
    for (let i = 0; i < token.length; i++) {
      const wrong = token.slice(0, i) + (token[i] === 'a' ? 'b' : 'a') + token.slice(i + 1);
      expect(parseOpaqueToken(wrong)).toBeUndefined();
    }
  });

  it('has a checksum fixed for ever', () => {
    expect(parseOpaqueToken(`gh_live_${'0'.repeat(32)}2LB0ao`)).toEqual({
      prefix: 'gh',
      environment: 'live',
      last4: 'B0ao',
    });
  });

  it.each(['', 'gh', 'gh_live_', 'x'.repeat(10_000), 'gh_live_\u0000'])('is not %j', (text) => {
    expect(parseOpaqueToken(text)).toBeUndefined();
  });

  it('never repeats in 10,000 draws', () => {
    const tokens = new Set(Array.from({ length: 10_000 }, () => formatOpaqueToken('gh', 'live')));
    expect(tokens.size).toBe(10_000);
  });

  it('uses every character about equally', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 4_000; i++)
      for (const c of formatOpaqueToken('gh', 'live').slice(8, 40)) counts.set(c, (counts.get(c) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 128,000 draws over 62 characters: mean 2,065, standard deviation 45
    for (const count of counts.values()) expect(Math.abs(count - 2_065)).toBeLessThan(45 * 6);
  });

  it('refuses a prefix that would not parse', () => {
    expect(() => formatOpaqueToken('G', 'live')).toThrow(RangeError);
  });

  it('has a digest of 43 characters', () => {
    expect(digestOfToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});
