import type { Encoding } from './compression-spec.js';

/** RFC 9110 §12.4.2. */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * The coding a client likes best (RFC 9110 §12.5.3).
 * @param offered the first of those that it likes equally is taken.
 * @returns `undefined`: none, or it likes the answer as it is better.
 */
export function preferredEncoding(header: string, offered: readonly Encoding[]): Encoding | undefined {
  const weights = weightsOf(header);
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0;
  let best: Encoding | undefined;
  for (const coding of offered)
    if (weightOf(coding) > (best === undefined ? 0 : weightOf(best))) best = coding;
  if (best === undefined) return undefined;
  return (weights.get('identity') ?? 0) > weightOf(best) ? undefined : best;
}

function weightsOf(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const item of header.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    // RFC 9110 §8.4.1.3: x-gzip is gzip.
    if (coding !== '') weights.set(coding === 'x-gzip' ? 'gzip' : coding, weightOf(parameters));
  }
  return weights;
}

/** What is not well-formed is not wanted. */
function weightOf(parameters: readonly string[]): number {
  if (parameters.length === 0) return 1;
  return Number(WEIGHT.exec(parameters[0]!)?.[1] ?? 0);
}
