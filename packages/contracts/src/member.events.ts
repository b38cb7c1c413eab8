import { z } from 'zod';
import { defineEvent } from './event.js';
import { RoleName } from './roles.js';
import { UserId } from './user.fields.js';

/** A person of the tenant has a role in it from now on. */
export const MemberAdded = defineEvent(
  'MemberAdded',
  'member.added.v1',
  'tenants.member-added',
  z.object({ userId: UserId, role: RoleName }),
);
export type MemberAdded = z.infer<typeof MemberAdded.schema>;

/** Her access tokens were revoked: new ones say what she may do now. */
export const MemberRoleChanged = defineEvent(
  'MemberRoleChanged',
  'member.role-changed.v1',
  'tenants.member-role-changed',
  z.object({ userId: UserId, role: RoleName, previousRole: RoleName }),
);
export type MemberRoleChanged = z.infer<typeof MemberRoleChanged.schema>;

/** She has no role any more, and her access tokens were revoked. She can still sign in, unless she was disabled. */
export const MemberRemoved = defineEvent(
  'MemberRemoved',
  'member.removed.v1',
  'tenants.member-removed',
  z.object({ userId: UserId, previousRole: RoleName, reason: z.string() }),
);
export type MemberRemoved = z.infer<typeof MemberRemoved.schema>;
