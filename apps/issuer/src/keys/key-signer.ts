import type { SigningAlgorithm } from '@gatehouse/contracts';
import type { JWK } from 'jose';

/** Where the private parts of keys are that the issuer uses but never sees: a KMS, an HSM, a process of its own. */
export interface KeySigner {
  /** The public part of a key. */
  publicJwk(name: string): Promise<JWK>;
  /** A signature over the data, as a JWS holds it (RFC 7518 §3): for ES256 R and S, not DER. */
  sign(name: string, algorithm: SigningAlgorithm, data: Uint8Array): Promise<Uint8Array>;
}
