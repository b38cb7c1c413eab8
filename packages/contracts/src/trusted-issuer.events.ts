import { z } from 'zod';
import { defineEvent } from './event.js';
import { TrustedIssuerId, TrustedIssuerTerms } from './trusted-issuer.fields.js';

/** Workloads that an outside issuer vouches for may act as an application from now on. */
export const IssuerTrusted = defineEvent(
  'IssuerTrusted',
  'issuer.trusted.v1',
  'apps.issuer-trusted',
  z.object({ trustedIssuerId: TrustedIssuerId, ...TrustedIssuerTerms.shape }),
);
export type IssuerTrusted = z.infer<typeof IssuerTrusted.schema>;

/** No more; the tokens its workloads got are revoked. */
export const IssuerDistrusted = defineEvent(
  'IssuerDistrusted',
  'issuer.distrusted.v1',
  'apps.issuer-distrusted',
  z.object({ trustedIssuerId: TrustedIssuerId, reason: z.string() }),
);
export type IssuerDistrusted = z.infer<typeof IssuerDistrusted.schema>;
