import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { TlogError } from '../errors.js';
import { decodeBase64, encodeBase64 } from './base64.js';

/** C2SP signature types that use an Ed25519 key: notes (signed-note), timestamped cosignatures (tlog-cosignature). */
export const KeyType = { note: 0x01, cosignature: 0x04 } as const;
export type KeyType = (typeof KeyType)[keyof typeof KeyType];

const KEY_BYTES = 32;
/** Key names are neither empty nor hold spaces or `+`. */
const NAME = /^[^\s+\p{Cc}]+$/u;
const PRIVATE_KEY = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
// RFC 8410 §7 and §4: what stands before the raw 32 bytes in DER.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a text can name a key (C2SP signed-note). */
export function isKeyName(name: string): boolean {
  return NAME.test(name);
}

/** The private half of a key. */
export interface PrivateKey {
  name: string;
  keyId: string;
  verifierKey: string;
  key: KeyObject;
}

/** A new `PRIVATE+KEY+…` line, from the system's CSPRNG. */
export function newPrivateKeyLine(name: string, type: KeyType): string {
  const seed = randomBytes(KEY_BYTES);
  const publicKey = publicKeyOf(privateKeyOf(seed));
  return `PRIVATE+KEY+${name}+${keyIdOf(name, type, publicKey)}+${encodeKey(type, seed)}`;
}

/** @throws TlogError `key-malformed`, without quoting the line. */
export function parsePrivateKeyLine(line: string, type: KeyType): PrivateKey {
  const { name, keyId, bytes } = parseKey(PRIVATE_KEY, line, type, 'signing');
  const key = privateKeyOf(bytes);
  const publicKey = publicKeyOf(key);
  assertKeyId(keyId, name, type, publicKey);
  return { name, keyId, verifierKey: `${name}+${keyId}+${encodeKey(type, publicKey)}`, key };
}

/** @throws TlogError `key-malformed`. */
export function parseVerifierKeyLine(line: string, type: KeyType) {
  const { name, keyId, bytes } = parseKey(VERIFIER_KEY, line, type, 'verifier');
  assertKeyId(keyId, name, type, bytes);
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
  return { name, keyId, key };
}

/** C2SP: `SHA-256(name || 0x0A || type || public key)[:4]`. */
function keyIdOf(name: string, type: KeyType, publicKey: Uint8Array): string {
  const hash = createHash('sha256').update(`${name}\n`).update(Uint8Array.of(type)).update(publicKey);
  return hash.digest('hex').slice(0, 8);
}

function parseKey(shape: RegExp, line: string, type: KeyType, half: string) {
  const [, name = '', keyId = '', text = ''] = shape.exec(line) ?? [];
  const bytes = decodeBase64(text);
  if (!isKeyName(name) || bytes?.length !== KEY_BYTES + 1 || bytes[0] !== type)
    throw new TlogError(
      'key-malformed',
      `not a ${type === KeyType.note ? 'note' : 'cosignature'} ${half} key`,
    );
  return { name, keyId, bytes: bytes.subarray(1) };
}

function assertKeyId(keyId: string, name: string, type: KeyType, publicKey: Uint8Array): void {
  if (keyId !== keyIdOf(name, type, publicKey))
    throw new TlogError('key-malformed', `the key id of "${name}" is not that of its key`);
}

const encodeKey = (type: KeyType, bytes: Uint8Array): string =>
  encodeBase64(Buffer.concat([Uint8Array.of(type), bytes]));

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}
