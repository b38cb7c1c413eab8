import { describe, expect, it } from '@jest/globals';
import { comparePositions, formatPosition, ORIGIN, parsePosition } from './position.js';

describe('position', () => {
  it.each([
    [ORIGIN, '1.1', -1],
    ['9.100', '10.2', -1],
    ['10.2', '10.10', -1],
    ['10.10', '10.10', 0],
    ['18446744073709551615.1', '9.9223372036854775807', 1],
  ])('orders %s and %s by number, transaction first', (a, b, expected) => {
    expect(comparePositions(a, b)).toBe(expected);
    expect(comparePositions(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  it.each(['', '1', '1.', '.1', 'a.b', '1.2.3', '-1.2', '1.2 '])('refuses %j', (text) => {
    expect(parsePosition(text)).toBeUndefined();
    expect(() => comparePositions(text, '1.1')).toThrow(RangeError);
  });

  it('reads back what it wrote', () => {
    expect(parsePosition(formatPosition('7', 8n))).toEqual({ tx: 7n, sequence: 8n });
  });
});
