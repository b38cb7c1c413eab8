import { z } from 'zod';
import { PersonalData, SealedPersonalData, UserId } from './user.fields.js';

/** NIST SP 800-63B §3.1.1.2: length is what counts; no composition rules. */
export const NewPassword = z.string().min(12).max(128);

/** Body of `POST /v1/users`. */
export const CreateUserBody = z.strictObject({
  email: z.email().max(254).toLowerCase(),
  name: z.string().trim().min(1).max(200),
  password: NewPassword,
});
export type CreateUserBody = z.infer<typeof CreateUserBody>;

/** Body of `PATCH /v1/users/{id}`: the fields to change. */
export const UpdateUserBody = z
  .strictObject({ email: CreateUserBody.shape.email.optional(), name: CreateUserBody.shape.name.optional() })
  .refine((body) => Object.keys(body).length > 0, 'name at least one field to change');
export type UpdateUserBody = z.infer<typeof UpdateUserBody>;

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

/** Body of `POST /v1/personal-fields/open`: what `user.*` events hold sealed, each with its `userId`. */
export const OpenFieldsBody = z.strictObject({
  items: z
    .array(z.strictObject({ userId: UserId, personal: SealedPersonalData }))
    .min(1)
    .max(200),
});
export type OpenFieldsBody = z.infer<typeof OpenFieldsBody>;

/** Its answer, in the order asked; `null` for whoever was erased or is not of the caller's tenant. */
export const OpenedFields = z.object({ items: z.array(PersonalData.nullable()) });
export type OpenedFields = z.infer<typeof OpenedFields>;

/** Body of `POST /v1/users/{id}/password-reset`. */
export const PasswordResetBody = z.strictObject({
  /** How long the link is good. */
  ttlSeconds: z.int().min(300).max(86_400).default(3_600),
});
export type PasswordResetBody = z.infer<typeof PasswordResetBody>;

/** Its answer: hand the link to the person, by a way only she can read. It is not shown again. */
export const PasswordReset = z.object({ url: z.url(), expiresAt: z.iso.datetime() });
export type PasswordReset = z.infer<typeof PasswordReset>;
