import { describe, expect, it } from '@jest/globals';
import { isCompactJws } from './compact-jws.js';

describe('isCompactJws', () => {
  it('takes three segments as an encoder writes them', () => {
    expect(isCompactJws('eyJhIjoxfQ.eyJiIjoyfQ.AAAA')).toBe(true);
  });

  it.each([
    ['', 'nothing'],
    ['eyJhIjoxfQ.eyJiIjoyfQ', 'two segments'],
    ['eyJhIjoxfQ.eyJiIjoyfQ.AAAA.AAAA', 'four segments'],
    ['eyJhIjoxfQ.eyJiIjoyfQ.', 'an empty signature'],
    ['eyJhIjoxfQ==.eyJiIjoyfQ.AAAA', 'padding'],
    ['eyJhIjoxfR.eyJiIjoyfQ.AAAA', 'unused bits that are not zero'],
    ['eyJhIjoxfQ.eyJiIjoyfQ.A+/A', 'the other alphabet'],
    ['eyJhIjoxfQ.eyJiIjoyfQ.AAAA\n', 'a line break'],
    ['eyJhIjoxfQ.eyJiIjoyfQ.A', 'a length no encoder writes'],
  ])('refuses %j: %s', (token) => {
    expect(isCompactJws(token)).toBe(false);
  });
});
