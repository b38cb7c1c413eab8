import { z } from 'zod';
import { defineEvent } from './event.js';
import { InvitationId } from './invitation.fields.js';
import { RoleName } from './roles.js';
import { SealedPersonalData, UserId } from './user.fields.js';

/** Somebody may become a user of the tenant, with this role, by a link that works once. */
export const InvitationIssued = defineEvent(
  'InvitationIssued',
  'invitation.issued.v1',
  'tenants.invitation-issued',
  z.object({
    invitationId: InvitationId,
    /** Sealed under a key of the invitation's own, which ends with it. */
    personal: SealedPersonalData,
    role: RoleName,
    expiresAt: z.iso.datetime(),
  }),
);
export type InvitationIssued = z.infer<typeof InvitationIssued.schema>;

/** She is a user and a member now. */
export const InvitationAccepted = defineEvent(
  'InvitationAccepted',
  'invitation.accepted.v1',
  'tenants.invitation-accepted',
  z.object({ invitationId: InvitationId, userId: UserId }),
);
export type InvitationAccepted = z.infer<typeof InvitationAccepted.schema>;

/** Its link works no more, and whom it was for is forgotten. */
export const InvitationRevoked = defineEvent(
  'InvitationRevoked',
  'invitation.revoked.v1',
  'tenants.invitation-revoked',
  z.object({ invitationId: InvitationId, reason: z.string() }),
);
export type InvitationRevoked = z.infer<typeof InvitationRevoked.schema>;
