import { z } from 'zod';
import { type Permission, permissions } from './permissions.js';

/** What only the operator's own tenant may do, because it concerns every tenant. */
export const operatorPermissions: ReadonlySet<string> = new Set<Permission>([
  'tokens:lookup',
  'events:read',
  'keys:read',
  'keys:write',
  'audit:write',
  'gateway:write',
  'tenants:manage',
  'projections:write',
]);

const everything = (Object.keys(permissions) as Permission[]).filter(
  (name) => !operatorPermissions.has(name),
);

/** What the members of a tenant may do, by what they are there. Reserved scope `role:<name>`. */
export const roles = {
  owner: everything,
  admin: everything.filter((name) => name !== 'tenants:write'),
  developer: [
    'tokens:read',
    'tokens:write',
    'tokens:verify',
    'leaks:report',
    'apps:read',
    'apps:write',
    'apis:read',
    'service-accounts:read',
    'service-accounts:write',
    'scopes:read',
    'usage:read',
    'gateway:read',
  ],
  analyst: ['usage:read', 'tokens:read', 'apps:read', 'apis:read', 'scopes:read', 'teams:read'],
  auditor: [
    'audit:read',
    'usage:read',
    'tokens:read',
    'apps:read',
    'apis:read',
    'service-accounts:read',
    'teams:read',
    'users:read',
    'members:read',
    'scopes:read',
    'tenants:read',
  ],
} as const satisfies Record<string, readonly Permission[]>;

/** The name of a role. */
export type Role = keyof typeof roles;

/** Every role, the mightiest first. */
export const roleNames = Object.keys(roles) as [Role, ...Role[]];

/** The name of a role, as bodies and events carry it. */
export const RoleName = z.enum(roleNames);

const PREFIX = 'role:';

/** The scope by which a token has a role. */
export const scopeOfRole = (role: Role): `role:${Role}` => `${PREFIX}${role}`;

/** Whether a scope is, or looks like, that of a role: such names are reserved. */
export const isRoleScope = (scope: string): boolean => scope.startsWith(PREFIX);

/** The roles among scopes. A name that is no role is none. */
export const rolesOf = (scopes: readonly string[]): Role[] =>
  roleNames.filter((role) => scopes.includes(scopeOfRole(role)));

/** Scopes with what their roles stand for beside them. */
export function expandRoles(scopes: readonly string[]): readonly string[] {
  if (!scopes.some(isRoleScope)) return scopes;
  return [...new Set([...scopes, ...rolesOf(scopes).flatMap((role) => roles[role])])];
}
