/** A number from 0 to 1, excluded. */
export type Random = () => number;

/** The same numbers in every run (Lehmer's generator), so that a failure can be had again. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
