import { seededRandom } from '@gatehouse/testing';

/**
 * A sequence of indices in which index k comes up about in proportion to 1/(k+1): a few tokens make most of the calls.
 * The same seed makes the same sequence.
 */
export function zipfSequence(count: number, length: number, seed = 1): number[] {
  const cumulative: number[] = [];
  let sum = 0;
  for (let k = 0; k < count; k++) cumulative.push((sum += 1 / (k + 1)));
  const random = seededRandom(seed);
  return Array.from({ length }, () => firstNotBelow(cumulative, random() * sum));
}

function firstNotBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
