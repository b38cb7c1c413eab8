import { TenantCreated, TenantResumed, TenantSuspended, TenantUpdated } from '@gatehouse/contracts';
import { storedEventsOf } from '../stored-events.js';

export const tenantEventOf = storedEventsOf(TenantCreated, TenantUpdated, TenantSuspended, TenantResumed);

/** What can happen in a tenant's stream. */
export type TenantEvent = ReturnType<typeof tenantEventOf>;
