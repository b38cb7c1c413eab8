import { describe, expect, it } from '@jest/globals';
import { newEventId, newId } from './ids.js';

describe('ids', () => {
  it('are never the same, and sort by age, however many are made at once', () => {
    const ids = Array.from({ length: 5_000 }, () => newId('tok'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every((id) => /^tok_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(id))).toBe(true);
  });

  it('differ in the part nobody can foresee', () => {
    const tails = Array.from({ length: 1_000 }, () => newEventId().slice(-12));
    expect(new Set(tails).size).toBe(tails.length);
  });
});
