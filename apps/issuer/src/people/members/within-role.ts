import { expandRoles, type Role, scopeOfRole } from '@gatehouse/contracts';
import { grantableOf } from '../../permissions/grantable.js';

/** Of scopes, those an application may have in the name of a person with a role: of what is reserved, no more than it holds. */
export const withinRole = (scopes: readonly string[], role: Role | undefined): readonly string[] =>
  grantableOf(scopes, role ? expandRoles([scopeOfRole(role)]) : []);
