import type { IdentityLimit } from '@gatehouse/contracts';
import { RecentMap } from '../recent-map.js';
import { Limit } from './limit.js';

/** What the tokens of one identity may do together. */
export interface IdentityLimits {
  readonly limits: readonly Limit[];
  /** Their `RateLimit-Policy`. */
  readonly policy: string;
}

/** Identities on the same terms share a limit, which has a counter for each of them; other terms begin to count anew. */
const known = new RecentMap<string, Limit>(10_000);

/** @param tenant whose identity has the limits. */
export function identityLimits(tenant: string, terms: readonly IdentityLimit[]): IdentityLimits {
  const limits = terms.map((each) => limitOf(tenant, each));
  return { limits, policy: limits.map(({ policyItem }) => policyItem).join(', ') };
}

function limitOf(tenant: string, { name, limit, durationSeconds }: IdentityLimit): Limit {
  const id = `{${tenant}} identity ${name} ${limit}/${durationSeconds}`;
  const same = known.get(id);
  if (same) return same;
  const shown = `identity-${name}`;
  const made = new Limit(id, {
    name: shown,
    terms: { kind: 'quota', total: limit, every: durationSeconds },
    policyItem: `"${shown}";q=${limit};w=${durationSeconds}`,
    keyOf: ({ credential }) => credential.identityId,
  });
  known.set(id, made);
  return made;
}
