import { z } from 'zod';
import { TenantId } from './event.js';
import { TenantPolicy } from './tenant.fields.js';
import { IssueTokenBody } from './token.api.js';
import { RotationTerms } from './token.fields.js';

const Name = z.string().trim().min(1).max(200);
const PolicyChanges = z.strictObject({
  ...TenantPolicy.partial().shape,
  rotation: RotationTerms.nullable().optional(),
});

/** Body of `POST /v1/tenants`. What the policy leaves out asks for nothing. */
export const CreateTenantBody = z.strictObject({
  id: TenantId,
  name: Name,
  policy: PolicyChanges.optional(),
});
export type CreateTenantBody = z.infer<typeof CreateTenantBody>;

/** Body of `PATCH /v1/tenants/{id}`: each rule of the policy given replaces the old one. */
export const UpdateTenantBody = z
  .strictObject({ name: Name.optional(), policy: PolicyChanges.optional() })
  .refine((body) => Object.keys(body).length > 0, 'name at least one field to change');
export type UpdateTenantBody = z.infer<typeof UpdateTenantBody>;

/** Body of `POST /v1/tenants/{id}/owner-tokens`. */
export const OwnerTokenBody = z.strictObject({
  name: IssueTokenBody.shape.name,
  expiresInSeconds: z.int().min(1).max(7_776_000).default(604_800),
});
export type OwnerTokenBody = z.infer<typeof OwnerTokenBody>;

/** A tenant as it is now. */
export const TenantView = z.object({
  id: TenantId,
  name: z.string(),
  status: z.enum(['active', 'suspended']),
  policy: TenantPolicy,
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  suspendedReason: z.string().nullable(),
});
export type TenantView = z.infer<typeof TenantView>;
