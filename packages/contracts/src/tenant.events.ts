import { z } from 'zod';
import { defineEvent, TenantId } from './event.js';
import { TenantPolicy } from './tenant.fields.js';

/** Its stream is named after the tenant. */
export const TenantCreated = defineEvent(
  'TenantCreated',
  'tenant.created.v1',
  'tenants.created',
  z.object({ tenantId: TenantId, name: z.string(), policy: TenantPolicy }),
);
export type TenantCreated = z.infer<typeof TenantCreated.schema>;

/** Only changed fields are present, each with its new value; a policy is there as a whole. */
export const TenantUpdated = defineEvent(
  'TenantUpdated',
  'tenant.updated.v1',
  'tenants.updated',
  z.object({
    tenantId: TenantId,
    changes: z.object({ name: z.string().optional(), policy: TenantPolicy.optional() }),
  }),
);
export type TenantUpdated = z.infer<typeof TenantUpdated.schema>;

/** None of its tokens works until it is resumed. */
export const TenantSuspended = defineEvent(
  'TenantSuspended',
  'tenant.suspended.v1',
  'tenants.suspended',
  z.object({ tenantId: TenantId, reason: z.string() }),
);
export type TenantSuspended = z.infer<typeof TenantSuspended.schema>;

export const TenantResumed = defineEvent(
  'TenantResumed',
  'tenant.resumed.v1',
  'tenants.resumed',
  z.object({ tenantId: TenantId, reason: z.string() }),
);
export type TenantResumed = z.infer<typeof TenantResumed.schema>;
