import type { ClaimCondition } from './trusted-issuer.fields.js';

/** Captured, so that they are compared as well. */
const SEPARATOR = /([:/])/;

/**
 * Whether a verified token says all that is asked of it.
 * @param conditions none at all is never met.
 */
export const meetsConditions = (
  conditions: readonly ClaimCondition[],
  claims: Readonly<Record<string, unknown>>,
): boolean => conditions.length > 0 && conditions.every((condition) => holds(condition, claims));

function holds({ claim, matches }: ClaimCondition, claims: Readonly<Record<string, unknown>>): boolean {
  const value = claimAt(claim, claims);
  const text = typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && fits(text, matches);
}

/**
 * The claim at a JSON Pointer (RFC 6901 §4), through objects alone: of a list nobody can say which entry was meant.
 * @returns `undefined` where there is none.
 */
export function claimAt(pointer: string, claims: unknown): unknown {
  let value = claims;
  for (const part of pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}

/** Part by part, so that no star reaches over a `:` or `/`. */
function fits(text: string, pattern: string): boolean {
  const parts = pattern.split(SEPARATOR);
  const said = text.split(SEPARATOR);
  return said.length === parts.length && parts.every((part, at) => partFits(said[at] ?? '', part));
}

/** Leftmost first, which finds a match if there is one; linear, whatever the claim says. */
function partFits(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last) || end < first.length) return false;
  let from = first.length;
  for (const between of rest) {
    const at = text.indexOf(between, from);
    if (at < 0 || at + between.length > end) return false;
    from = at + between.length;
  }
  return true;
}
