import { rolesOf, type TenantPolicy } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { isReserved } from '../permissions/grantable.js';
import type { GrantedBy } from '../tokens/token.commands.js';

/** What a token is to be, as far as a policy cares. */
export interface AskedTerms {
  /** `null`: never. */
  readonly ttlSeconds: number | null;
  readonly ipAllow: readonly string[];
  readonly scopes: readonly string[];
}

/** @throws DomainError with the code of the first rule that is broken; only what is asked for is looked at. */
export function refuseOutsidePolicy(
  policy: TenantPolicy,
  asked: Partial<AskedTerms>,
  grantedBy: GrantedBy,
): void {
  if (asked.ttlSeconds !== undefined) refuseTtl(policy, asked.ttlSeconds);
  if (policy.requiresIpAllow && asked.ipAllow?.length === 0)
    throw refusal('policy-ip-list-required', 'Send ipAllow with at least one address or CIDR block.');
  if (asked.scopes && grantedBy !== 'system') refuseScopes(policy, asked.scopes, grantedBy);
}

function refuseTtl({ maxTtlSeconds, allowsNeverExpiring }: TenantPolicy, ttlSeconds: number | null): void {
  if (ttlSeconds === null && !allowsNeverExpiring)
    throw refusal('policy-expiry-required', 'Name expiresInSeconds: a token of this tenant has to expire.');
  if (ttlSeconds !== null && maxTtlSeconds !== null && ttlSeconds > maxTtlSeconds)
    throw refusal('policy-ttl-exceeded', `expiresInSeconds may be ${maxTtlSeconds} at most.`);
}

function refuseScopes(policy: TenantPolicy, scopes: readonly string[], grantedBy: readonly string[]): void {
  const allowed = allowedByRole(policy, scopes, grantedBy);
  const refused = scopes.filter((scope) => !allowed.includes(scope));
  if (refused.length > 0)
    throw refusal('policy-scope-refused', `Your role may not grant ${refused.slice(0, 10).join(', ')}.`);
}

/** Of scopes, those that the policy leaves to whoever holds `held`. With several roles it is what any of them may. */
export function allowedByRole(
  { scopesByRole }: Pick<TenantPolicy, 'scopesByRole'>,
  scopes: readonly string[],
  held: readonly string[],
): readonly string[] {
  const lists = rolesOf(held).map((role) => scopesByRole[role]);
  if (lists.length === 0 || lists.some((list) => list === undefined)) return scopes;
  const patterns = lists.flatMap((list) => list ?? []);
  return scopes.filter((scope) => patterns.some((pattern) => matches(pattern, scope)));
}

/** `*` stands for management scopes only where it is said: `tokens:*`, never `*` alone. */
function matches(pattern: string, scope: string): boolean {
  if (!pattern.endsWith('*')) return pattern === scope;
  if (pattern === '*' && isReserved(scope)) return false;
  return scope.startsWith(pattern.slice(0, -1));
}

const refusal = (code: string, detail: string): DomainError => new DomainError('forbidden', code, detail);
