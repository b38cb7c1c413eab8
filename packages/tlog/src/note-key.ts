import { sign, verify } from 'node:crypto';
import { KeyType, newPrivateKeyLine, parsePrivateKeyLine, parseVerifierKeyLine } from './lib/key-line.js';

export { isKeyName } from './lib/key-line.js';

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
  const privateKey = newPrivateKeyLine(name, KeyType.note);
  return { privateKey, verifierKey: parseNoteSigner(privateKey).verifierKey };
}

/**
 * Reads a `PRIVATE+KEY+…` line.
 * @throws TlogError `key-malformed`, without quoting the line.
 */
export function parseNoteSigner(line: string): NoteSigner {
  const { key, ...identity } = parsePrivateKeyLine(line, KeyType.note);
  return { ...identity, sign: (text) => sign(null, Buffer.from(text), key) };
}

/**
 * Reads a verifier key line.
 * @throws TlogError `key-malformed`.
 */
export function parseNoteVerifier(line: string): NoteVerifier {
  const { key, ...identity } = parseVerifierKeyLine(line, KeyType.note);
  return { ...identity, verify: (text, signature) => verify(null, Buffer.from(text), key, signature) };
}
