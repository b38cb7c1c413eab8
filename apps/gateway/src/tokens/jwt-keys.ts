import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { calculateJwkThumbprint, createLocalJWKSet, type CryptoKey, errors, type JSONWebKeySet } from 'jose';
import { RoutesRejected } from '../routes/routes-rejected.js';
import type { GetKey, KeySets } from './fetched-keys.js';
import type { IssuerSpec } from './issuer-spec.js';

const MIN_RSA_BITS = 2_048;

/** The keys of one issuer. */
export interface JwtKeys {
  readonly get: GetKey;
  /** The set is another now: fetches it again, once for all who say so meanwhile. */
  readonly refresh: () => void;
}

/**
 * @param folder what `jwksFile` is relative to.
 * @param sets those that are fetched.
 * @throws RoutesRejected when a key file cannot be read.
 */
export async function jwtKeysOf(spec: IssuerSpec, folder: string, sets: KeySets): Promise<JwtKeys> {
  if (spec.jwksUri !== undefined) {
    const fetched = sets.at(spec.jwksUri);
    return { get: vetted(fetched.get), refresh: () => fetched.refresh() };
  }
  const file = resolve(folder, spec.jwksFile ?? '');
  try {
    const set = createLocalJWKSet(JSON.parse(await readFile(file, 'utf8')) as JSONWebKeySet);
    return { get: vetted(set), refresh: () => {} };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RoutesRejected([`${file}: is not a readable JWK Set (RFC 7517 §5): ${reason}`]);
  }
}

const thumbprints = new WeakMap<CryptoKey, string>();

/** A key's RFC 7638 thumbprint, worked out once: a key is what it is, whatever it is called. */
export async function thumbprintOf(key: CryptoKey): Promise<string> {
  const known = thumbprints.get(key);
  if (known !== undefined) return known;
  const made = await calculateJwkThumbprint(key);
  thumbprints.set(key, made);
  return made;
}

/** RFC 7518 §3.3: RSA from 2048 bits on. With the exponent 1 a signature is its own message. */
const vetted =
  (get: GetKey): GetKey =>
  async (...asked) => {
    const key = await get(...asked);
    if (isWeak(key)) throw new errors.JWKSNoMatchingKey();
    return key;
  };

const isWeak = ({ algorithm }: CryptoKey): boolean =>
  ('modulusLength' in algorithm && Number(algorithm.modulusLength) < MIN_RSA_BITS) ||
  ('publicExponent' in algorithm && isUnity(algorithm.publicExponent));

const isUnity = (exponent: unknown): boolean =>
  exponent instanceof Uint8Array && Buffer.from(exponent).toString('hex').replace(/^0+/, '') === '1';
