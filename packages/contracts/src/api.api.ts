import { z } from 'zod';
import { ApiId, apiFields, fitsEvent, refuseApiMistakes } from './api.fields.js';
import { TenantId } from './event.js';
import { pageOf } from './page.js';
import { ReasonBody } from './token.api.js';

/** Says what would come of it, and changes nothing. */
const dryRun = z.boolean().default(false);

/** Body of `POST /v1/apis`. */
export const PublishApiBody = z
  .strictObject({ ...apiFields, dryRun })
  .superRefine(refuseApiMistakes)
  .refine(...fitsEvent);
export type PublishApiBody = z.infer<typeof PublishApiBody>;

/** Body of `PUT /v1/apis/{id}`: all of it as it is to be, made from one version. */
export const ChangeApiBody = z
  .strictObject({
    ...apiFields,
    /** The version it was made from: refused when there is another by now. */
    version: z.int().min(1),
    dryRun,
  })
  .superRefine(refuseApiMistakes)
  .refine(...fitsEvent);
export type ChangeApiBody = z.infer<typeof ChangeApiBody>;

/** Body of `POST /v1/apis/{id}/retire`. */
export const RetireApiBody = ReasonBody.extend({ dryRun });
export type RetireApiBody = z.infer<typeof RetireApiBody>;

/** A published API as it is now. */
export const ApiView = z.object({
  id: ApiId,
  tenant: TenantId,
  ...apiFields,
  description: z.string(),
  /** From 1 on; every change makes the next. */
  version: z.int(),
  publishedAt: z.iso.datetime(),
  publishedBy: z.string(),
  changedAt: z.iso.datetime(),
});
export type ApiView = z.infer<typeof ApiView>;

/** Answer of whatever publishes or changes an API: as it is then, or would be. */
export const ChangedApi = ApiView.extend({ dryRun: z.boolean() });
export type ChangedApi = z.infer<typeof ChangedApi>;

/** Answer of `GET /v1/apis`. */
export const ApiList = pageOf(ApiView);
export type ApiList = z.infer<typeof ApiList>;

/** Answer of `POST /v1/apis/{id}/retire`. */
export const RetiredApi = z.object({ id: ApiId, dryRun: z.boolean() });
export type RetiredApi = z.infer<typeof RetiredApi>;
