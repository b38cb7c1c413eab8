import { z } from 'zod';

export const IdentityId = z
  .string()
  .regex(/^idn_[0-9a-f]{32}$/, 'an identity id is idn_ and 32 hexadecimal digits');

/** So much in each window; windows follow each other from the epoch on, the same for everybody. */
export const IdentityLimit = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, '1–32 characters of a–z, 0–9 and -'),
  /** What verifications may cost together in one window. */
  limit: z.int().min(1).max(1_000_000_000),
  durationSeconds: z.int().min(1).max(2_592_000),
});
export type IdentityLimit = z.infer<typeof IdentityLimit>;

/** Each by a name of its own. */
export const IdentityLimits = z
  .array(IdentityLimit)
  .max(10)
  .refine((limits) => new Set(limits.map(({ name }) => name)).size === limits.length, 'each name once');
