import { type Configuration, errors } from 'oidc-provider';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import type { ClientCertificates } from './client-certificates.js';

/** An assertion is made for one request; one that lives longer is a password. */
const ASSERTION_SECONDS = 600;

/** How applications prove who they are. */
export function clientAuthenticationOf(
  config: IssuerConfig,
  certificates: ClientCertificates,
): Pick<Configuration, 'clientAuthMethods' | 'enabledJWA' | 'assertJwtClientAuthClaimsAndHeader'> {
  return {
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      ...(certificates.areVouchedFor ? (['tls_client_auth'] as const) : []),
      ...(certificates.areSeen ? (['self_signed_tls_client_auth'] as const) : []),
      ...(config.CLIENT_ATTESTATION ? (['attest_jwt_client_auth'] as const) : []),
      'none',
    ],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] },
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims) => refuseLooseAssertion(claims, issuerOf(config)),
  };
}

/**
 * The issuer's identifier, and nobody beside it: an assertion that is good for another server as well can be taken there
 * and played here (draft-ietf-oauth-rfc7523bis §4).
 */
function refuseLooseAssertion({ aud, exp }: Record<string, unknown>, issuer: string): void {
  if (aud !== issuer) throw new errors.InvalidClientAuth('aud must be the issuer identifier alone');
  if (typeof exp !== 'number' || exp > Date.now() / 1000 + ASSERTION_SECONDS)
    throw new errors.InvalidClientAuth(`exp must be at most ${ASSERTION_SECONDS} seconds away`);
}

/** RFC 8705. Off where nobody tells of certificates. */
export function mutualTlsOf(
  certificates: ClientCertificates,
): NonNullable<NonNullable<Configuration['features']>['mTLS']> {
  return {
    enabled: certificates.areSeen,
    certificateBoundAccessTokens: true,
    selfSignedTlsClientAuth: true,
    tlsClientAuth: certificates.areVouchedFor,
    getCertificate: (ctx) => certificates.of(ctx.req),
    certificateAuthorized: (ctx) => certificates.isVouchedFor(ctx.req),
    certificateSubjectMatches: (ctx, name, value) => certificates.bears(ctx.req, name, value),
  };
}
