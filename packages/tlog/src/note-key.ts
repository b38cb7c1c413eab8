import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { TlogError } from './errors.js';
import { decodeBase64, encodeBase64 } from './lib/base64.js';

/** C2SP signed-note: signature type Ed25519. */
const ED25519 = 0x01;
const KEY_BYTES = 32;
/** Key names are neither empty nor hold spaces or `+`. */
const NAME = /^[^\s+\p{Cc}]+$/u;
const PRIVATE_KEY = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
// RFC 8410 §7 and §4: what stands before the raw 32 bytes in DER.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs notes under a name. */
export interface NoteSigner {
  readonly name: string;
  /** First four bytes of the key hash, as 8 hexadecimal digits. */
  readonly keyId: string;
  /** The public half: a C2SP verifier key line. */
  readonly verifierKey: string;
  /** The Ed25519 signature (RFC 8032) of a text. */
  sign(text: string): Uint8Array;
}

/** Verifies notes of one key. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: string;
  verify(text: string, signature: Uint8Array): boolean;
}

/** A new key pair, as the two lines that people keep: `privateKey` is a secret. */
export interface NoteKeyPair {
  /** `PRIVATE+KEY+<name>+<key id>+<base64>`. */
  privateKey: string;
  /** `<name>+<key id>+<base64>`. */
  verifierKey: string;
}

/**
 * A new Ed25519 note key from the system's CSPRNG.
 * @param name of the key, by custom a URL without its scheme; without spaces and `+`. A log's origin is its key's name.
 * @throws TlogError `key-malformed` when the name is not one.
 */
export function generateNoteKey(name: string): NoteKeyPair {
  const seed = randomBytes(KEY_BYTES);
  const publicKey = publicKeyOf(privateKeyOf(seed));
  const privateKey = `PRIVATE+KEY+${name}+${keyIdOf(name, publicKey)}+${encodeKey(seed)}`;
  return { privateKey, verifierKey: parseNoteSigner(privateKey).verifierKey };
}

/**
 * Reads a `PRIVATE+KEY+…` line.
 * @throws TlogError `key-malformed`, without quoting the line.
 */
export function parseNoteSigner(line: string): NoteSigner {
  const { name, keyId, bytes } = parseKey(PRIVATE_KEY, line, 'a note signing key');
  const key = privateKeyOf(bytes);
  const publicKey = publicKeyOf(key);
  assertKeyId(keyId, name, publicKey);
  return {
    name,
    keyId,
    verifierKey: `${name}+${keyId}+${encodeKey(publicKey)}`,
    sign: (text) => sign(null, Buffer.from(text), key),
  };
}

/**
 * Reads a verifier key line.
 * @throws TlogError `key-malformed`.
 */
export function parseNoteVerifier(line: string): NoteVerifier {
  const { name, keyId, bytes } = parseKey(VERIFIER_KEY, line, 'a note verifier key');
  assertKeyId(keyId, name, bytes);
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
  return { name, keyId, verify: (text, signature) => verify(null, Buffer.from(text), key, signature) };
}

/** Whether a text can name a key (C2SP signed-note). */
export function isKeyName(name: string): boolean {
  return NAME.test(name);
}

/** C2SP: `SHA-256(name || 0x0A || type || public key)[:4]`. */
function keyIdOf(name: string, publicKey: Uint8Array): string {
  const hash = createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ED25519)).update(publicKey);
  return hash.digest('hex').slice(0, 8);
}

function parseKey(shape: RegExp, line: string, what: string) {
  const [, name = '', keyId = '', text = ''] = shape.exec(line) ?? [];
  const bytes = decodeBase64(text);
  if (!isKeyName(name) || bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ED25519)
    throw new TlogError('key-malformed', `not ${what}`);
  return { name, keyId, bytes: bytes.subarray(1) };
}

function assertKeyId(keyId: string, name: string, publicKey: Uint8Array): void {
  if (keyId !== keyIdOf(name, publicKey))
    throw new TlogError('key-malformed', `the key id of "${name}" is not that of its key`);
}

const encodeKey = (bytes: Uint8Array): string => encodeBase64(Buffer.concat([Uint8Array.of(ED25519), bytes]));

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}
