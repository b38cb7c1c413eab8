import { z } from 'zod';
import { TenantId } from './event.js';
import { InvitationId } from './invitation.fields.js';
import { pageOf } from './page.js';
import { RoleName } from './roles.js';
import { CreateUserBody } from './user.api.js';

const DAY_SECONDS = 86_400;

/** Body of `POST /v1/invitations`. */
export const InviteBody = z.strictObject({
  email: CreateUserBody.shape.email,
  name: CreateUserBody.shape.name,
  /** What she becomes; the caller must hold all that it stands for. */
  role: RoleName,
  /** How long the link works; default seven days, at most thirty. */
  ttlSeconds: z
    .int()
    .min(300)
    .max(30 * DAY_SECONDS)
    .default(7 * DAY_SECONDS),
});
export type InviteBody = z.infer<typeof InviteBody>;

/** An invitation that nobody has accepted or revoked. */
export const InvitationView = z.object({
  id: InvitationId,
  tenant: TenantId,
  email: z.string(),
  name: z.string(),
  role: RoleName,
  /** `expired`: its link works no more, and it is forgotten after a day. */
  status: z.enum(['open', 'expired']),
  expiresAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type InvitationView = z.infer<typeof InvitationView>;

/** Answer of `GET /v1/invitations`. */
export const InvitationList = pageOf(InvitationView);
export type InvitationList = z.infer<typeof InvitationList>;

/** Answer of `POST /v1/invitations`: the only time the link is shown. Give it to nobody else. */
export const IssuedInvitation = InvitationView.extend({ url: z.url() });
export type IssuedInvitation = z.infer<typeof IssuedInvitation>;
