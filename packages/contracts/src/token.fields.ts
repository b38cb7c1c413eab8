import { z } from 'zod';

export const TokenId = z.string().regex(/^tok_[0-9a-f]{32}$/, 'a token id is tok_ and 32 hexadecimal digits');

/** One OAuth 2.0 scope token (RFC 6749 §3.3), by convention `resource:action`. */
export const Scope = z
  .string()
  .max(128)
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'a scope is 1–128 visible ASCII characters without space, " or \\');

/** Free text pairs the caller keeps with a token: at most 32, short. */
export const MetadataMap = z
  .record(z.string().min(1).max(64), z.string().max(512))
  .refine((map) => Object.keys(map).length <= 32, 'at most 32 entries');

/** What its holder pays for, by the name that gateways know it by (`per: plan` and `plans` of a limit). */
export const PlanName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'a plan is 1–64 characters of A–Z, a–z, 0–9, ., _ and -, a letter or digit first',
  );

/** How often a token's secret is to be replaced, and when somebody should be told. */
export const RotationPolicy = z.object({
  everyDays: z.int().min(1).max(3650),
  /** What a rotation that does not say otherwise takes: how long the secrets from before keep working. */
  overlapSeconds: z.int().min(0).max(2_592_000),
  remindDaysBefore: z.int().min(0).max(90),
});
export type RotationPolicy = z.infer<typeof RotationPolicy>;

/** A rotation policy as a body says it. */
export const RotationTerms = z
  .strictObject({
    ...RotationPolicy.shape,
    overlapSeconds: RotationPolicy.shape.overlapSeconds.default(86_400),
    remindDaysBefore: RotationPolicy.shape.remindDaysBefore.default(7),
  })
  .refine(
    ({ everyDays, remindDaysBefore }) => remindDaysBefore < everyDays,
    'remindDaysBefore (default 7) is less than everyDays',
  );

/** One use of a single-use token, drawn by who consumes it: asked again under the same id, the issuer answers the same. */
export const UseId = z.string().regex(/^use_[0-9a-f]{32}$/, 'a use id is "use_" and 32 hexadecimal digits');
