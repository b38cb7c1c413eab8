import { z } from 'zod';
import { CreditTerms } from './credit.fields.js';
import { defineEvent } from './event.js';
import { IdentityId, IdentityLimits } from './identity.fields.js';
import { MetadataMap } from './token.fields.js';

/** Somebody, or something, whose tokens share limits and credits. */
export const IdentityCreated = defineEvent(
  'IdentityCreated',
  'identity.created.v1',
  'tenants.identity-created',
  z.object({
    identityId: IdentityId,
    /** What the tenant calls it; nobody else of the tenant is called so until it is deleted. */
    externalId: z.string(),
    name: z.string(),
    metadata: MetadataMap,
    limits: IdentityLimits,
    /** Absent: what its tokens do is not counted together. */
    credits: CreditTerms.optional(),
  }),
);
export type IdentityCreated = z.infer<typeof IdentityCreated.schema>;

/** Only changed fields are present, each with its new value. */
export const IdentityUpdated = defineEvent(
  'IdentityUpdated',
  'identity.updated.v1',
  'tenants.identity-updated',
  z.object({
    identityId: IdentityId,
    changes: z.object({
      name: z.string().optional(),
      metadata: MetadataMap.optional(),
      limits: IdentityLimits.optional(),
      /** What may be spent from this event on; `null`: no longer counted. */
      credits: CreditTerms.nullable().optional(),
    }),
  }),
);
export type IdentityUpdated = z.infer<typeof IdentityUpdated.schema>;

/** It had no live token left. */
export const IdentityDeleted = defineEvent(
  'IdentityDeleted',
  'identity.deleted.v1',
  'tenants.identity-deleted',
  z.object({ identityId: IdentityId }),
);
export type IdentityDeleted = z.infer<typeof IdentityDeleted.schema>;
