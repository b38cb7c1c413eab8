import { createLocalJWKSet, type JWTPayload } from 'jose';
import { type Configuration, errors } from 'oidc-provider';
import type { IssuerConfig } from '../../issuer.config.js';
import { registrationOf } from './client-registration.js';

/** An instance is attested again after this; a longer word could not be taken back in time. */
const ATTESTED_SECONDS = 86_400;

/**
 * Attestation-based client authentication, off unless it is asked for: a draft, and experimental in the engine, which
 * wants that acknowledged by the draft's number.
 */
export function attestationOf({
  CLIENT_ATTESTATION,
  MASTER_KEY,
}: IssuerConfig): NonNullable<NonNullable<Configuration['features']>['attestClientAuth']> {
  return {
    enabled: CLIENT_ATTESTATION,
    ack: 'draft-12',
    challengeSecret: MASTER_KEY.keyFor('attestation challenges'),
    getAttestationSignaturePublicKey: (_ctx, header, _payload, client) => {
      const { attesters } = registrationOf(client);
      if (!attesters) throw new errors.InvalidClientAuth('nobody attests for this application');
      return createLocalJWKSet(attesters)({ ...header, alg: String(header['alg']) });
    },
    assertAttestationJwtAndPop: (_ctx, attestation) => refuseLongAttestation(attestation.payload),
  };
}

function refuseLongAttestation({ exp = Number.POSITIVE_INFINITY }: JWTPayload): void {
  if (exp > Date.now() / 1000 + ATTESTED_SECONDS)
    throw new errors.InvalidClientAuth(`exp must be at most ${ATTESTED_SECONDS} seconds away`);
}
