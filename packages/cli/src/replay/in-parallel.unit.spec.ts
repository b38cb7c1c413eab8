import { describe, expect, it } from '@jest/globals';
import { inParallel } from './in-parallel.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('works on every item once, never on more than the limit at a time', async () => {
    const seen: number[] = [];
    let [busy, busiest] = [0, 0];
    await inParallel(Array(100).keys(), 7, async (item) => {
      busiest = Math.max(busiest, ++busy);
      await turn();
      seen.push(item);
      busy--;
    });
    expect(seen.toSorted((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect(busiest).toBe(7);
  });

  it('reads no further once the work has failed, and says why', async () => {
    let read = 0;
    async function* source() {
      for (; ; read++) yield read;
    }
    const failing = inParallel(source(), 2, async (item) => {
      await turn();
      if (item === 5) throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(read).toBeLessThan(10);
  });
});
