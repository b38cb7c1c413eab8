import { z } from 'zod';

export const UserId = z.string().regex(/^usr_[0-9a-f]{32}$/, 'a user id is usr_ and 32 hexadecimal digits');

/** Body of `POST /v1/users`. */
export const CreateUserBody = z.strictObject({
  email: z.email().max(254).toLowerCase(),
  name: z.string().trim().min(1).max(200),
  /** NIST SP 800-63B §3.1.1.2: length is what counts; no composition rules. */
  password: z.string().min(12).max(128),
});
export type CreateUserBody = z.infer<typeof CreateUserBody>;

/** A person who can sign in. */
export const UserView = z.object({
  id: UserId,
  tenant: z.string(),
  email: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  disabledAt: z.iso.datetime().nullable(),
});
export type UserView = z.infer<typeof UserView>;
