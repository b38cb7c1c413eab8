import { describe, expect, it } from '@jest/globals';
import { BatchRanges } from './batch-ranges.js';

describe('the batches seen of a gateway', () => {
  it.each([
    [[1, 2, 3], []],
    [[], []],
    [[3], [[1, 2]]],
    [
      [1, 2, 5, 4, 9, 1],
      [
        [3, 3],
        [6, 8],
      ],
    ],
    [[9, 1, 5, 3, 7, 2, 8, 4, 6], []],
  ])('of %j lack %j', (batches, holes) => {
    const seen = new BatchRanges();
    for (const batch of batches) seen.add(batch);
    expect(seen.holes()).toEqual(holes.map(([from, to]) => ({ from, to })));
    expect(seen.count).toBe(new Set(batches).size);
    expect(seen.highest).toBe(Math.max(0, ...batches));
  });
});
