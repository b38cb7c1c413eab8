/**
 * The value below which the given share of the values lies (nearest rank).
 * @param share from 0 to 1.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** The middle value. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Rounds for a report. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
