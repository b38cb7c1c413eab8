import { z } from 'zod';

/**
 * What a caller may do on the management APIs. A permission is an ordinary scope of a token; these names are reserved:
 * nobody can grant one that he does not hold.
 */
export const permissions = {
  'tokens:read': 'See tokens and their history',
  'tokens:write': 'Issue and revoke tokens',
  'tokens:lookup': 'Resolve a token by its digest (gateways and services)',
  'tokens:verify': 'Ask whether a token is good',
  'leaks:report': 'Report a token that leaked',
  'events:read': 'Read the event feed',
  'usage:read': 'Query usage',
  'requests:read': 'See single requests: paths, addresses, user agents',
  'audit:read': 'Read the audit log and its proofs',
  'audit:personal': 'See addresses, devices and personal fields in the audit log, and export it',
  'audit:write': 'Compare the audit log with the event store and log what it lacks',
  'keys:read': 'See signing keys',
  'keys:write': 'Rotate signing keys and report them compromised',
  'apps:read': 'See applications',
  'apps:write': 'Register, change and disable applications',
  'apis:read': 'See published APIs',
  'apis:write': 'Publish, change and retire APIs',
  'users:read': 'See users, and open personal fields of events',
  'users:write': 'Create, change, disable and erase users',
  'service-accounts:read': 'See service accounts',
  'service-accounts:write': 'Create, change, suspend and delete service accounts',
  'teams:read': 'See every team, and what belongs to teams one is not in',
  'teams:write': 'Create teams, and change who is in them',
  'members:read': 'See who has which role',
  'members:write': 'Give people roles, change and take them',
  'tenants:read': 'See tenants and their policies',
  'tenants:write': 'Rename the own tenant and set its policy',
  'tenants:manage': 'Create, suspend and resume tenants, and let their owners in',
  'scopes:read': 'See the scopes a tenant has defined',
  'scopes:write': 'Define and retire scopes',
  'projections:write': 'Compare read models with their events, and rebuild them',
  'cache:purge': 'Make gateways forget the answers they keep',
  'gateway:read': 'See routes in force, and why requests were refused',
  'gateway:write': 'See and change the configuration of gateways',
} as const;

/** A reserved scope name. */
export type Permission = keyof typeof permissions;

/** As bodies and policies carry it. */
export const PermissionName = z.enum(Object.keys(permissions) as [Permission, ...Permission[]]);

/** Whether a scope is one of the reserved ones. */
export const isPermission = (scope: string): scope is Permission => Object.hasOwn(permissions, scope);
