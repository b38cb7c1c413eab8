import { z } from 'zod';

export const UserId = z.string().regex(/^usr_[0-9a-f]{32}$/, 'a user id is usr_ and 32 hexadecimal digits');

/** What is known of a person, and erased with her. */
export const PersonalData = z.object({
  /** What she signs in with. */
  email: z.string(),
  name: z.string(),
});
export type PersonalData = z.infer<typeof PersonalData>;

/**
 * {@link PersonalData} sealed under the person's own key, base64url: `POST /v1/personal-fields/open` of the issuer opens
 * it until she is erased. Afterwards nobody can, and every copy is as good as gone.
 */
export const SealedPersonalData = z
  .string()
  .max(4_096)
  .regex(/^[A-Za-z0-9_-]{40,}$/, 'sealed personal fields are base64url');
