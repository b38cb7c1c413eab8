import { describe, expect, it } from '@jest/globals';
import { Allowance } from './allowance.js';

const BOUNDS = { minBytesPerSecond: 100, slowSeconds: 5 };

/** Seconds until it is used up by a client of this pace; at most an hour. */
function secondsOf(bytesIn: (second: number) => number): number {
  const allowance = new Allowance(BOUNDS);
  for (let second = 1; second <= 3_600; second++) if (!allowance.note(1_000, bytesIn(second))) return second;
  return Number.POSITIVE_INFINITY;
}

describe('an allowance', () => {
  it.each([
    ['sends nothing', () => 0, 5],
    ['sends a byte a second', () => 1, 6],
    ['sends half of what it has to', () => 50, 10],
    ['sends just what it has to', () => 100, Number.POSITIVE_INFINITY],
    [
      'sends in bursts that are not too far apart',
      (second: number) => (second % 4 === 0 ? 400 : 0),
      Number.POSITIVE_INFINITY,
    ],
    ['sends a lot at first and nothing from then on', (second: number) => (second <= 10 ? 1e9 : 0), 15],
  ])('lasts as long as it should for a client that %s', (_, bytesIn, seconds) => {
    expect(secondsOf(bytesIn)).toBe(seconds);
  });

  it('is not used up while nobody waits for the client', () => {
    const allowance = new Allowance(BOUNDS);
    for (let i = 0; i < 1_000; i++) expect(allowance.note(0, 0)).toBe(true);
  });
});
