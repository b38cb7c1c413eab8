import { z } from 'zod';
import { defineEvent } from './event.js';
import { ServiceAccountId } from './service-account.fields.js';
import { Scope } from './token.fields.js';

/** A program of the tenant's own that tokens are issued for. */
export const ServiceAccountCreated = defineEvent(
  'ServiceAccountCreated',
  'service-account.created.v1',
  'tenants.service-account-created',
  z.object({
    serviceAccountId: ServiceAccountId,
    name: z.string(),
    description: z.string(),
    /** Who answers for it, by an id that says what it is. */
    owner: z.string(),
    /** What its tokens may hold at most. */
    scopes: z.array(Scope),
  }),
);
export type ServiceAccountCreated = z.infer<typeof ServiceAccountCreated.schema>;

/** Only changed fields are present. Of its tokens, those that held more than the new scopes were changed or revoked. */
export const ServiceAccountUpdated = defineEvent(
  'ServiceAccountUpdated',
  'service-account.updated.v1',
  'tenants.service-account-updated',
  z.object({
    serviceAccountId: ServiceAccountId,
    changes: z.object({
      name: z.string().optional(),
      description: z.string().optional(),
      owner: z.string().optional(),
      scopes: z.array(Scope).optional(),
    }),
  }),
);
export type ServiceAccountUpdated = z.infer<typeof ServiceAccountUpdated.schema>;

/** Its tokens were suspended with it: each has an event of its own. */
export const ServiceAccountSuspended = defineEvent(
  'ServiceAccountSuspended',
  'service-account.suspended.v1',
  'tenants.service-account-suspended',
  z.object({ serviceAccountId: ServiceAccountId, reason: z.string() }),
);
export type ServiceAccountSuspended = z.infer<typeof ServiceAccountSuspended.schema>;

/** The tokens that were suspended with it were resumed with it. */
export const ServiceAccountResumed = defineEvent(
  'ServiceAccountResumed',
  'service-account.resumed.v1',
  'tenants.service-account-resumed',
  z.object({ serviceAccountId: ServiceAccountId, reason: z.string() }),
);
export type ServiceAccountResumed = z.infer<typeof ServiceAccountResumed.schema>;

/** Its tokens were revoked with it. */
export const ServiceAccountDeleted = defineEvent(
  'ServiceAccountDeleted',
  'service-account.deleted.v1',
  'tenants.service-account-deleted',
  z.object({ serviceAccountId: ServiceAccountId, reason: z.string() }),
);
export type ServiceAccountDeleted = z.infer<typeof ServiceAccountDeleted.schema>;
