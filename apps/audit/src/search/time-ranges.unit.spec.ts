import { describe, expect, it } from '@jest/globals';
import { BLOCK } from './search-index.js';
import { SEGMENT } from './segment.js';
import { nearestFirst, partsInOrder } from './time-ranges.js';

const everything = { from: 0, to: 4 * SEGMENT };

describe('the parts of a log that are looked through', () => {
  it('are what lies in the first segment, in the second, and in all others', () => {
    const window = { from: 10, to: 3 * SEGMENT + 10 };
    expect(partsInOrder([everything], window, 'oldest')).toEqual([
      { from: 10, to: SEGMENT },
      { from: SEGMENT, to: 2 * SEGMENT },
      { from: 2 * SEGMENT, to: 3 * SEGMENT + 10 },
    ]);
    expect(partsInOrder([everything], window, 'newest')).toEqual([
      { from: 3 * SEGMENT, to: 3 * SEGMENT + 10 },
      { from: 2 * SEGMENT, to: 3 * SEGMENT },
      { from: 10, to: 2 * SEGMENT },
    ]);
  });

  it('are whole where a segment ends with them', () => {
    const window = { from: SEGMENT, to: 2 * SEGMENT };
    for (const order of ['oldest', 'newest'] as const)
      expect(partsInOrder([everything], window, order)).toEqual([window]);
  });

  it('are those of a time within the window, in order', () => {
    const ranges = [
      { from: 0, to: 100 },
      { from: 200, to: 300 },
      { from: 400, to: 500 },
    ];
    expect(partsInOrder(ranges, { from: 250, to: 450 }, 'newest')).toEqual([
      { from: 400, to: 450 },
      { from: 250, to: 300 },
    ]);
    expect(partsInOrder(ranges, { from: 100, to: 200 }, 'oldest')).toEqual([]);
  });

  it('begin, where order is dear, with the nearest block', () => {
    const parts = [{ from: 0, to: BLOCK + 5 }];
    expect(nearestFirst(parts, 'oldest')).toEqual([
      { from: 0, to: BLOCK },
      { from: BLOCK, to: BLOCK + 5 },
    ]);
    expect(nearestFirst(parts, 'newest')).toEqual([
      { from: 5, to: BLOCK + 5 },
      { from: 0, to: 5 },
    ]);
    expect(nearestFirst([{ from: 1, to: 2 }], 'newest')).toEqual([{ from: 1, to: 2 }]);
    expect(nearestFirst([], 'oldest')).toEqual([]);
  });
});
