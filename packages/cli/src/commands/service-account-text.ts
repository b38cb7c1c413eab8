import { ServiceAccountsApi } from '@gatehouse/client';
import type { ServiceAccountView } from '@gatehouse/contracts';
import type { Resource } from '../resources/resource.js';
import type { System } from '../system/system.js';

/** How people see a service account. */
export const ACCOUNT: Resource<ServiceAccountView> = {
  noun: 'service account',
  example: 'sac_0190…',
  columns: ['id', 'name', 'owner', 'status', 'scopes'],
  facts: ({ id, name, description, owner, status, suspendedReason, scopes, createdAt, createdBy }) => ({
    id,
    name,
    description,
    owner,
    status,
    suspended: suspendedReason ?? undefined,
    scopes: scopes.join(' '),
    created: `${createdAt} by ${createdBy}`,
  }),
};

/** The service accounts of the tenant, as a system's issuer has them. */
export const accounts = (system: System): ServiceAccountsApi => system.manage(ServiceAccountsApi);
