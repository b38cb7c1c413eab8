import type { SigningAlgorithm } from '@gatehouse/contracts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import type { NewKey } from './keyring.commands.js';

const PublicJwk = z.record(z.string(), z.string());

/** RFC 7518 §3.3 asks for 2048 bits at least; NIST SP 800-57 gives 3072 until after 2030. */
const RSA_BITS = 3072;

/** A new key pair, named by its RFC 7638 thumbprint. */
export async function newKeyPair(algorithm: SigningAlgorithm): Promise<{ key: NewKey; privateJwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, {
    extractable: true,
    modulusLength: RSA_BITS,
  });
  const publicJwk = await exportJWK(publicKey);
  const key = await keyNamed(publicJwk, algorithm);
  const named = { kid: key.keyId, alg: algorithm, use: 'sig' };
  return { key, privateJwk: { ...(await exportJWK(privateKey)), ...named } };
}

/** A public key as the JWK Set shows it. */
export async function keyNamed(publicJwk: JWK, algorithm: SigningAlgorithm): Promise<NewKey> {
  const keyId = await calculateJwkThumbprint(publicJwk);
  return { keyId, publicJwk: PublicJwk.parse({ ...publicJwk, kid: keyId, alg: algorithm, use: 'sig' }) };
}
