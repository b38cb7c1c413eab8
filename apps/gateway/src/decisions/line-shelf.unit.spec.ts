import { describe, expect, it } from '@jest/globals';
import { LineShelf } from './line-shelf.js';

describe('LineShelf', () => {
  it('gives back the line that was put last, whatever its length and script', () => {
    const shelf = new LineShelf(4);
    const lines = ['{}', 'é'.repeat(512), '漢'.repeat(342), '🔑'.repeat(256), 'x'.repeat(5_000), ''];
    for (const [i, line] of lines.entries()) {
      shelf.put(i % 4, line);
      expect(shelf.at(i % 4)).toBe(line);
    }
    expect([0, 1, 2, 3].map((place) => shelf.at(place))).toEqual([lines[4], lines[5], lines[2], lines[3]]);
  });

  it('forgets a long line with its place', () => {
    const shelf = new LineShelf(1);
    shelf.put(0, 'x'.repeat(5_000));
    shelf.put(0, 'short');
    expect(shelf.at(0)).toBe('short');
  });
});
