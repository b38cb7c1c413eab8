import { sign, verify } from 'node:crypto';
import { KeyType, newPrivateKeyLine, parsePrivateKeyLine, parseVerifierKeyLine } from './lib/key-line.js';
import type { NoteKeyPair, NoteVerifier } from './note-key.js';
import type { NoteSignature } from './signed-note.js';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** A witness's key: states when it saw that a log had only grown. */
export interface Cosigner {
  readonly name: string;
  readonly keyId: string;
  /** The public half: a C2SP verifier key line of type 0x04. */
  readonly verifierKey: string;
  /**
   * Cosigns a checkpoint (C2SP tlog-cosignature, Ed25519).
   * @param text of the checkpoint, as the log signed it.
   * @param atSeconds POSIX time.
   */
  cosign(text: string, atSeconds: number): NoteSignature;
}

/**
 * A new cosigner key from the system's CSPRNG.
 * @param name by custom a URL without its scheme; without spaces and `+`.
 * @throws TlogError `key-malformed` when the name is not one.
 */
export function generateCosignerKey(name: string): NoteKeyPair {
  const privateKey = newPrivateKeyLine(name, KeyType.cosignature);
  return { privateKey, verifierKey: parseCosigner(privateKey).verifierKey };
}

/**
 * Reads a cosigner's `PRIVATE+KEY+…` line.
 * @throws TlogError `key-malformed`, without quoting the line.
 */
export function parseCosigner(line: string): Cosigner {
  const { key, ...identity } = parsePrivateKeyLine(line, KeyType.cosignature);
  return {
    ...identity,
    cosign(text, atSeconds) {
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(atSeconds));
      const { name, keyId } = identity;
      return { name, keyId, signature: Buffer.concat([time, sign(null, messageOf(text, atSeconds), key)]) };
    },
  };
}

/**
 * Reads a cosigner's verifier key line. What it gives opens notes as any other verifier does; the time is not judged.
 * @throws TlogError `key-malformed`.
 */
export function parseCosignatureVerifier(line: string): NoteVerifier {
  const { key, ...identity } = parseVerifierKeyLine(line, KeyType.cosignature);
  return {
    ...identity,
    verify: (text, signature) =>
      signature.length === TIME_BYTES + SIGNATURE_BYTES &&
      verify(null, messageOf(text, cosignedAt(signature)), key, signature.subarray(TIME_BYTES)),
  };
}

/**
 * When a cosignature says it was made, in POSIX seconds.
 * @param signature of a note's signature line, verified before.
 */
export function cosignedAt(signature: Uint8Array): number {
  return Number(Buffer.from(signature).readBigUInt64BE());
}

/** C2SP tlog-cosignature, "Ed25519 signed message". */
const messageOf = (text: string, atSeconds: number): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${atSeconds}\n${text}`);
