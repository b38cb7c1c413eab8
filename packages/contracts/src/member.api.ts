import { z } from 'zod';
import { pageOf } from './page.js';
import { RoleName } from './roles.js';
import { UserId } from './user.fields.js';

/** Body of `POST /v1/members`. */
export const AddMemberBody = z.strictObject({ userId: UserId, role: RoleName });
export type AddMemberBody = z.infer<typeof AddMemberBody>;

/** Body of `PATCH /v1/members/{userId}`. */
export const ChangeMemberBody = z.strictObject({ role: RoleName });
export type ChangeMemberBody = z.infer<typeof ChangeMemberBody>;

/** A person's role in her tenant. */
export const MemberView = z.object({
  userId: UserId,
  tenant: z.string(),
  role: RoleName,
  /** Since when she has this role. */
  since: z.iso.datetime(),
  /** Who gave it to her. */
  givenBy: z.string(),
});
export type MemberView = z.infer<typeof MemberView>;

/** Answer of `GET /v1/members`. */
export const MemberList = pageOf(MemberView);
export type MemberList = z.infer<typeof MemberList>;
