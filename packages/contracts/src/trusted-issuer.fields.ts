import { z } from 'zod';
import { ApplicationId } from './application.fields.js';
import { ClientJwk } from './client-proof.js';
import { Scope } from './token.fields.js';

export const TrustedIssuerId = z
  .string()
  .regex(/^tru_[0-9a-f]{32}$/, 'a trusted issuer’s id is tru_ and 32 hexadecimal digits');

/** Where the issuer's keys are: fetched from it, or given once and for all. */
export const IssuerKeys = z.union([
  z.strictObject({
    jwksUri: z
      .url({ protocol: /^https?$/, error: 'an https URL' })
      .max(500)
      .refine((text) => !new URL(text).username && !text.includes('#'), 'no user information, no fragment'),
  }),
  z.strictObject({ jwks: z.strictObject({ keys: z.array(ClientJwk).min(1).max(10) }) }),
]);
export type IssuerKeys = z.infer<typeof IssuerKeys>;

/**
 * What a claim must say. `claim` is a JSON Pointer (RFC 6901): `/sub`, `/repository`, `/kubernetes.io/namespace`. In
 * `matches`, `*` stands for any characters but `:` and `/`, so that nobody who chooses one part chooses the next as well.
 */
export const ClaimCondition = z.strictObject({
  claim: z
    .string()
    .max(200)
    .regex(/^(\/([^/~]|~[01])+)+$/, 'a JSON Pointer (RFC 6901), e.g. /sub'),
  matches: z
    .string()
    .min(1)
    .max(500)
    .regex(/[^*]/, 'more than *: a claim that may say anything is no condition'),
});
export type ClaimCondition = z.infer<typeof ClaimCondition>;

/** Whose workloads may act as an application, and as far as what. */
export const TrustedIssuerTerms = z.object({
  applicationId: ApplicationId,
  name: z.string(),
  /** `iss` of its tokens. */
  issuer: z.string(),
  keys: IssuerKeys,
  /** `aud` its tokens must have, and nothing beside it. */
  audience: z.string(),
  /** All of them must hold. */
  conditions: z.array(ClaimCondition),
  scopes: z.array(Scope),
  maxTtlSeconds: z.int(),
});
export type TrustedIssuerTerms = z.infer<typeof TrustedIssuerTerms>;
