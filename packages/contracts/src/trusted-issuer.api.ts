import { z } from 'zod';
import { ApplicationId } from './application.fields.js';
import { Scope } from './token.fields.js';
import { ClaimCondition, IssuerKeys, TrustedIssuerId, TrustedIssuerTerms } from './trusted-issuer.fields.js';

/** Body of `POST /v1/trusted-issuers`. */
export const TrustIssuerBody = z.strictObject({
  applicationId: ApplicationId,
  name: z.string().trim().min(1).max(200),
  /** Compared character by character with `iss`. */
  issuer: z.url({ protocol: /^https?$/, error: 'the URL its tokens name as iss' }).max(500),
  keys: IssuerKeys,
  /** Default: this issuer's own identifier. */
  audience: z.string().min(1).max(500).optional(),
  conditions: z.array(ClaimCondition).min(1).max(20),
  scopes: z.array(Scope).min(1).max(200),
  /** No token lives longer, nor longer than what it was given for. */
  maxTtlSeconds: z.int().min(60).max(3_600).default(600),
});
export type TrustIssuerBody = z.infer<typeof TrustIssuerBody>;

export const TrustedIssuerView = TrustedIssuerTerms.extend({
  id: TrustedIssuerId,
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type TrustedIssuerView = z.infer<typeof TrustedIssuerView>;
