import { expandRoles, isPermission, isRoleScope, roles, rolesOf } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';

/** Scopes the caller holds, with what his roles stand for; `system` may grant any. */
export type GrantedBy = readonly string[] | 'system';

/**
 * Nobody grants more than he holds: a management scope only if he has it, a role only if he has all it stands for.
 * @throws DomainError `scope-not-grantable`, also for a role that does not exist.
 */
export function refuseUngrantable(scopes: readonly string[], grantedBy: GrantedBy): void {
  if (grantedBy === 'system') return;
  const missing = scopes.filter((scope) => !isGrantable(scope, grantedBy));
  if (missing.length > 0)
    throw new DomainError(
      'forbidden',
      'scope-not-grantable',
      `You may grant a management scope only if you hold it yourself; you do not hold ${missing.join(', ')}.`,
    );
}

/** Of scopes, those that whoever holds `held` may pass on. */
export const grantableOf = (scopes: readonly string[], held: readonly string[]): string[] =>
  scopes.filter((scope) => isGrantable(scope, held));

/** Of scopes, those that a holder of `held` has: by name, or because one of his roles stands for it. */
export function withinOf(scopes: readonly string[], held: readonly string[]): string[] {
  const expanded = expandRoles(held);
  return scopes.filter(
    (scope) => held.includes(scope) || (isReserved(scope) && isGrantable(scope, expanded)),
  );
}

/** Whether a scope is a management scope or a role: nobody may define it otherwise. */
export const isReserved = (scope: string): boolean => isPermission(scope) || isRoleScope(scope);

function isGrantable(scope: string, held: readonly string[]): boolean {
  if (!isRoleScope(scope)) return !isPermission(scope) || held.includes(scope);
  const [role] = rolesOf([scope]);
  return role !== undefined && roles[role].every((permission) => held.includes(permission));
}
