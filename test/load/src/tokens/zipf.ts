/**
 * A sequence of indices in which index k comes up about in proportion to 1/(k+1): a few tokens make most of the calls.
 * The same seed makes the same sequence.
 */
export function zipfSequence(count: number, length: number, seed = 1): number[] {
  const cumulative: number[] = [];
  let sum = 0;
  for (let k = 0; k < count; k++) cumulative.push((sum += 1 / (k + 1)));
  const random = mulberry32(seed);
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

/** Tommy Ettinger's mulberry32: small, and good enough to pick tokens. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
