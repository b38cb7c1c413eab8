import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { GroupedCalls } from './grouped-calls.js';

/** Calls whose end the test decides. */
function controlled() {
  const groups: { items: readonly number[]; end: (error?: Error) => void }[] = [];
  const call = (items: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      const end = (error?: Error) => (error ? reject(error) : resolve(items.map((item) => item * 10)));
      groups.push({ items, end });
    });
  return { groups, call };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('GroupedCalls', () => {
  it('calls for a lone item at the end of the turn', async () => {
    const { groups, call } = controlled();
    const result = new GroupedCalls({ call, most: 10, atOnce: 1 }).join(7);
    await settled();
    expect(groups.map(({ items }) => items)).toEqual([[7]]);
    groups[0]?.end();
    await expect(result).resolves.toBe(70);
  });

  it('lets what comes in one turn share a call', async () => {
    const { groups, call } = controlled();
    const store = new GroupedCalls({ call, most: 10, atOnce: 2 });
    const results = Promise.all([1, 2, 3].map((item) => store.join(item)));
    await settled();
    expect(groups.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    groups[0]?.end();
    await expect(results).resolves.toEqual([10, 20, 30]);
  });

  it('lets what comes meanwhile share the next call, each with its own result', async () => {
    const { groups, call } = controlled();
    const store = new GroupedCalls({ call, most: 10, atOnce: 1 });
    const first = store.join(1);
    await settled();
    const results = Promise.all([first, store.join(2), store.join(3)]);
    groups[0]?.end();
    await settled();
    await settled();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    groups[1]?.end();
    await expect(results).resolves.toEqual([10, 20, 30]);
  });

  it('keeps to the most of a group and the groups at once', async () => {
    const { groups, call } = controlled();
    const store = new GroupedCalls({ call, most: 2, atOnce: 2 });
    const results = Promise.all([1, 2, 3, 4, 5].map((item) => store.join(item)));
    for (let turn = 0; turn < 3; turn++) await settled();
    expect(groups.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    groups[1]?.end();
    for (let turn = 0; turn < 3; turn++) await settled();
    expect(groups.map(({ items }) => items)).toEqual([[1, 2], [3, 4], [5]]);
    for (const n of [0, 2]) groups[n]?.end();
    await expect(results).resolves.toEqual([10, 20, 30, 40, 50]);
  });

  it('calls in nobody’s context', async () => {
    const context = new AsyncLocalStorage<string>();
    const call = async (items: readonly number[]) => items.map(() => context.getStore());
    const store = new GroupedCalls({ call, most: 10, atOnce: 1 });
    const joined = ['a', 'b', 'c'].map((name, item) => context.run(name, () => store.join(item)));
    await expect(Promise.all(joined)).resolves.toEqual([undefined, undefined, undefined]);
  });

  it('lets an item that fails fail alone', async () => {
    const committed: number[] = [];
    const call = async (items: readonly number[]) => {
      if (items.includes(3)) throw new Error('three');
      committed.push(...items);
      return items;
    };
    const store = new GroupedCalls({ call, most: 10, atOnce: 1 });
    const results = await Promise.allSettled([1, 2, 3, 4].map((item) => store.join(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(committed).toEqual([1, 2, 4]);
  });
});
