import { z } from 'zod';

const Coordinate = z.string().regex(/^[A-Za-z0-9_-]{20,90}$/, 'base64url without padding (RFC 7518 §6.2.1)');

const KeyFacts = {
  kid: z.string().min(1).max(200).optional(),
  use: z.literal('sig').optional(),
  /** DER certificates, base64 (RFC 7517 §4.7); the first is the key's own. */
  x5c: z.array(z.base64().max(8_192)).min(1).max(5).optional(),
};

/**
 * A public key an application proves itself with (RFC 7517). Strict: a private member (`d`), a secret (`oct`) or a place
 * to fetch keys from (`jku`, `x5u`) is refused by name.
 */
export const ClientJwk = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384']),
    x: Coordinate,
    y: Coordinate,
    alg: z.enum(['ES256', 'ES384']).optional(),
    ...KeyFacts,
  }),
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: Coordinate,
    alg: z.enum(['EdDSA', 'Ed25519']).optional(),
    ...KeyFacts,
  }),
  z.strictObject({
    kty: z.literal('RSA'),
    n: z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/, 'base64url, 8192 bits at most'),
    e: z.string().regex(/^[A-Za-z0-9_-]{1,12}$/, 'base64url of the exponent, AQAB as a rule'),
    alg: z.enum(['PS256', 'RS256']).optional(),
    ...KeyFacts,
  }),
]);
export type ClientJwk = z.infer<typeof ClientJwk>;

const Jwks = z.strictObject({ keys: z.array(ClientJwk).min(1).max(10) });

/** What of a certificate names the application (RFC 8705 §2.1.2). The subject as RFC 4514 writes it. */
const CertificateName = z.strictObject({
  kind: z.enum(['subject_dn', 'san_dns', 'san_uri', 'san_ip', 'san_email']),
  value: z.string().min(1).max(500),
});

/** How an application that has no secret proves who it is. */
export const ClientProof = z.discriminatedUnion('method', [
  /** It signs an assertion for every request (RFC 7523 §2.2). */
  z.strictObject({ method: z.literal('private_key_jwt'), jwks: Jwks }),
  /** Its certificate comes from an authority the issuer trusts, and bears this name (RFC 8705 §2.1). */
  z.strictObject({ method: z.literal('tls_client_auth'), certificate: CertificateName }),
  /** It shows one of these certificates, each in its key's `x5c` (RFC 8705 §2.2). */
  z.strictObject({ method: z.literal('self_signed_tls_client_auth'), jwks: Jwks }),
  /** Each instance has a key of its own; these, of whoever stands behind it, vouch for it (draft-ietf-oauth-attestation-based-client-auth). */
  z.strictObject({ method: z.literal('attest_jwt_client_auth'), jwks: Jwks }),
]);
export type ClientProof = z.infer<typeof ClientProof>;
