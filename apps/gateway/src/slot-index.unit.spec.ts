import { seededRandom } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { NO_SLOT, SlotIndex } from './slot-index.js';

const STEPS = 6_000;

/** Numbers by name, as a plain Map has them, and in the index. */
function tableOf(hashOf: (name: number) => number) {
  const names: number[] = [];
  const index = new SlotIndex({ hashOf: (slot) => hashOf(names[slot]) });
  const free: number[] = [];
  return {
    find: (name: number) => index.find(hashOf(name), (slot) => names[slot] === name),
    add(name: number) {
      const slot = free.pop() ?? names.length;
      names[slot] = name;
      index.add(hashOf(name), slot);
      return slot;
    },
    remove(name: number, slot: number) {
      index.remove(hashOf(name), slot);
      names[slot] = -1;
      free.push(slot);
    },
  };
}

describe('SlotIndex', () => {
  it.each([
    ['hashes are as they should be', (name: number) => Math.imul(name, 0x9e3779b1) >>> 0],
    ['many names share a hash', (name: number) => Math.imul(name % 97, 0x9e3779b1) >>> 0],
    ['all fall into one segment', (name: number) => (Math.imul(name, 0x9e3779b1) & 0xffff_ff00) >>> 0],
    ['all begin at one place', (name: number) => ((name & 0x7ff) << 21) >>> 0],
  ])('finds what a Map finds when %s', (_, hashOf) => {
    const random = seededRandom(1);
    const table = tableOf(hashOf);
    const map = new Map<number, number>();
    for (let step = 0; step < STEPS; step++) {
      const name = Math.floor(random() * 1_000);
      const known = map.get(name);
      expect(table.find(name)).toBe(known ?? NO_SLOT);
      if (known === undefined) map.set(name, table.add(name));
      else if (random() < 0.3) {
        table.remove(name, known);
        map.delete(name);
      }
    }
    for (const [name, slot] of map) expect(table.find(name)).toBe(slot);
  });

  it('refuses a slot for which it has no bits', () => {
    const index = new SlotIndex({ hashOf: () => 0 });
    expect(() => index.add(0, 2 ** 21 - 1)).toThrow(RangeError);
  });
});
