import { X509Certificate } from 'node:crypto';
import { IpRange } from '@gatehouse/contracts';
import { z } from 'zod';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** How client certificates reach the issuer (RFC 8705): variables of its environment. */
export const clientCertificateFields = {
  /** Set by the proxy that ends TLS, which must remove what clients send: `client-cert` (RFC 9440) or another name. */
  CLIENT_CERTIFICATE_HEADER: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'expected a header name in small letters, e.g. client-cert')
    .optional(),
  /** Whose header is believed. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((range) => range.trim() || []))
    .pipe(z.array(IpRange)),
  /** Authorities of `tls_client_auth`: the certificates that issue to applications directly, PEM. */
  CLIENT_CA: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        const certificates = (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
        if (text === '' || (certificates.length > 0 && certificates.every(({ ca }) => ca)))
          return certificates;
      } catch {
        // told below, as everything that is not a list of authorities
      }
      context.addIssue({ code: 'custom', message: 'expected certificates of authorities (CA:TRUE), PEM' });
      return z.NEVER;
    }),
};
