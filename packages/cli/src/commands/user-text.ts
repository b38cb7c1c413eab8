import { UsersApi } from '@gatehouse/client';
import type { UserView } from '@gatehouse/contracts';
import type { Resource } from '../resources/resource.js';
import type { System } from '../system/system.js';

/** How people see a person. */
export const USER: Resource<UserView> = {
  noun: 'user',
  example: 'usr_0190…',
  columns: ['id', 'email', 'name', 'status'],
  facts: ({ id, email, name, tenant, createdAt, disabledAt }) => ({
    id,
    email,
    name,
    tenant,
    status: disabledAt === null ? 'active' : 'disabled',
    created: createdAt,
    disabled: disabledAt ?? undefined,
  }),
};

/** The people of the tenant, as a system's issuer has them. */
export const users = (system: System): UsersApi => system.manage(UsersApi);
