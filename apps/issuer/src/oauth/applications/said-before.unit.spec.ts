import { describe, expect, it } from '@jest/globals';
import { SaidBefore } from './said-before.js';

const row = (n: number) => JSON.stringify({ id: `app_${n}` });

describe('SaidBefore', () => {
  it('has one meaning for the same words, and another as soon as a word has changed', () => {
    const said = new SaidBefore<{ id: string }>();
    const meaning = said.meaningOf(row(1));
    expect(said.meaningOf(row(1))).toBe(meaning);
    expect(said.meaningOf(row(2))).toEqual({ id: 'app_2' });
  });

  it('forgets what was said longest ago, and never grows beyond its bound', () => {
    const said = new SaidBefore<{ id: string }>();
    const [first, second] = [said.meaningOf(row(1)), said.meaningOf(row(2))];
    for (let n = 3; n <= 1_000; n++) said.meaningOf(row(n));
    said.meaningOf(row(1));
    said.meaningOf(row(1_001));
    expect(said.meaningOf(row(1))).toBe(first);
    expect(said.meaningOf(row(2))).not.toBe(second);
  });
});
