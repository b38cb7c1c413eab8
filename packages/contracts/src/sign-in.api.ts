import { z } from 'zod';
import { FactorId, FactorKind } from './sign-in.fields.js';

/** A way in that a person has enrolled. */
export const FactorView = z.object({
  id: FactorId,
  kind: FactorKind,
  /** What the person calls it; passkeys only. */
  name: z.string().nullable(),
  /** Recovery codes that are not used yet. */
  remaining: z.int().nullable(),
  enrolledAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type FactorView = z.infer<typeof FactorView>;

/** Answer of `GET /v1/users/{id}/factors`. */
export const FactorList = z.object({ items: z.array(FactorView) });
export type FactorList = z.infer<typeof FactorList>;
