import { eventually } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { Collapsing } from './collapsing.js';

describe('requests for the same answer', () => {
  it('wait for the one that went first, and go on when it is known what came of it', () => {
    const collapsing = new Collapsing();
    const gone: string[] = [];
    expect(collapsing.join('a', () => gone.push('1'))).toBe('leads');
    expect(collapsing.join('a', () => gone.push('2'))).toBe('waits');
    expect(collapsing.join('b', () => gone.push('3'))).toBe('leads');
    expect(gone).toEqual([]);
    collapsing.settle('a');
    expect(gone).toEqual(['2']);
    expect(collapsing.join('a', () => gone.push('4'))).toBe('leads');
  });

  it('do not wait where nothing is kept, until something is', () => {
    const collapsing = new Collapsing();
    collapsing.learn('a', 'unfit');
    expect(collapsing.join('a', () => {})).toBe('alone');
    collapsing.learn('a', 'failed');
    expect(collapsing.lead('a')).toBe(false);
    collapsing.learn('a', 'kept');
    expect(collapsing.join('a', () => {})).toBe('leads');
  });

  it('wait in a bounded number, and no longer than they may', async () => {
    const collapsing = new Collapsing(1);
    let gone = 0;
    collapsing.lead('a');
    for (let i = 0; i < 1_000; i++) expect(collapsing.join('a', () => gone++)).toBe('waits');
    expect(collapsing.join('a', () => gone++)).toBe('alone');
    await eventually(() => expect(gone).toBe(1_000));
    expect(collapsing.join('a', () => gone++)).toBe('alone');
  });
});
