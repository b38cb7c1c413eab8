import { z } from 'zod';
import { CreditBody, CreditView } from './credit.fields.js';
import { TenantId } from './event.js';
import { IdentityId, IdentityLimit, IdentityLimits } from './identity.fields.js';
import { atMostBytes } from './json-size.js';
import { pageOf } from './page.js';
import { MetadataMap } from './token.fields.js';

const Name = z.string().trim().min(1).max(200);
const Metadata = MetadataMap.refine(...atMostBytes(16_384, 'metadata'));
const Limits = z.array(z.strictObject(IdentityLimit.shape)).pipe(IdentityLimits);

/** Body of `POST /v1/identities`. Events keep it all for ever: call people by ids of your own, not by their names. */
export const CreateIdentityBody = z.strictObject({
  /** What you call it, e.g. the id of a customer; unique among the tenant's identities. */
  externalId: z.string().regex(/^[\x21-\x7e]{1,200}$/, '1–200 visible ASCII characters without space'),
  name: Name,
  /** Short notes of the caller's own; at most 16 KiB in all. */
  metadata: Metadata.optional(),
  /** What all its tokens together may do in each window. */
  limits: Limits.optional(),
  /** What all its tokens together may spend. */
  credits: CreditBody.optional(),
});
export type CreateIdentityBody = z.infer<typeof CreateIdentityBody>;

/** Body of `PATCH /v1/identities/{id}`: the fields to change; each replaces the old value as a whole. */
export const UpdateIdentityBody = z
  .strictObject({
    name: Name.optional(),
    metadata: Metadata.optional(),
    limits: Limits.optional(),
    /** What may be spent from now on, whatever was before; `null`: no longer counted. */
    credits: CreditBody.nullable().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'name at least one field to change');
export type UpdateIdentityBody = z.infer<typeof UpdateIdentityBody>;

/** An identity as it is now. */
export const IdentityView = z.object({
  id: IdentityId,
  tenant: TenantId,
  externalId: z.string(),
  name: z.string(),
  metadata: MetadataMap,
  limits: z.array(IdentityLimit),
  /** `null`: not counted. */
  credits: CreditView.nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type IdentityView = z.infer<typeof IdentityView>;

/** Answer of `GET /v1/identities`. */
export const IdentityList = pageOf(IdentityView);
export type IdentityList = z.infer<typeof IdentityList>;
