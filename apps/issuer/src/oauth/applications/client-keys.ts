import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { ClientJwk, ClientProof, TokenEncryption } from '@gatehouse/contracts';
import { applicationInvalid } from './application.errors.js';

const MIN_RSA_BITS = 2048;

/**
 * Refuses keys that prove nothing: points off their curve, RSA moduli anybody can factor, exponents that leave the
 * message as it is (NIST SP 800-56B §6.2: odd, above 2^16 where we make them; 3 at least where others did).
 * @throws DomainError `body-invalid`, naming the key.
 */
export function refuseWeakProof(proof: ClientProof): void {
  if (proof.method === 'tls_client_auth') return;
  const { keys } = proof.jwks;
  refuseWeakKeys('proof.jwks.keys', keys);
  const unattested = keys.findIndex((key) => key.kty === 'RSA' || key.crv === 'P-384');
  if (proof.method === 'attest_jwt_client_auth' && unattested >= 0)
    throw applicationInvalid(`proof.jwks.keys.${unattested}`, 'a key for ES256 or EdDSA');
  const bare = keys.findIndex(({ x5c }) => !x5c);
  if (proof.method === 'self_signed_tls_client_auth' && bare >= 0)
    throw applicationInvalid(
      `proof.jwks.keys.${bare}.x5c`,
      'the certificate the application shows, DER in base64',
    );
}

/**
 * The same for any public keys.
 * @param at where they stand in the body.
 */
export function refuseWeakKeys(at: string, keys: readonly ClientJwk[]): void {
  for (const [index, jwk] of keys.entries()) {
    const field = `${at}.${index}`;
    const key = refuseWeakKey(field, jwk);
    if (jwk.x5c) refuseOtherCertificate(`${field}.x5c`, jwk.x5c[0] ?? '', key);
  }
}

/** The same for one key, whatever it is for. */
export function refuseWeakKey(field: string, jwk: ClientJwk | TokenEncryption['jwk']): KeyObject {
  const key = keyOf(field, jwk);
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (jwk.kty !== 'RSA') return key;
  if (modulusLength < MIN_RSA_BITS)
    throw applicationInvalid(`${field}.n`, `at least ${MIN_RSA_BITS} bits (RFC 7518 §3.3)`);
  if (publicExponent < 3n || publicExponent % 2n === 0n)
    throw applicationInvalid(`${field}.e`, 'an odd exponent above 1, AQAB as a rule');
  return key;
}

function keyOf(field: string, jwk: ClientJwk | TokenEncryption['jwk']): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' }); // checks that a point lies on its curve
  } catch {
    throw applicationInvalid(field, 'a public key: the point must lie on the curve (RFC 7518 §6)');
  }
}

/** RFC 7517 §4.7: the key in the first certificate must be the key. */
function refuseOtherCertificate(field: string, base64: string, key: KeyObject): void {
  try {
    if (new X509Certificate(Buffer.from(base64, 'base64')).publicKey.equals(key)) return;
  } catch {
    // said below: no certificate at all is as wrong as another key's
  }
  throw applicationInvalid(field, 'a certificate of this very key, DER in base64 (RFC 7517 §4.7)');
}
