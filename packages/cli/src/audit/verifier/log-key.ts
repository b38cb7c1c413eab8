import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { Flaw } from './flaw.js';

/** What a key signs (C2SP): notes, or timestamped cosignatures. */
const KEY_TYPES = { log: 0x01, witness: 0x04 } as const;
const KEY_BYTES = 32;
/** DER of an Ed25519 SubjectPublicKeyInfo (RFC 8410) up to the key itself. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** The base64 of the key may hold a plus as well. */
const SHAPE = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/;

/** A C2SP verifier key, `<name>+<id>+<base64>`, Ed25519. */
export class LogKey {
  private constructor(
    readonly line: string,
    readonly name: string,
    readonly id: string,
    private readonly key: KeyObject,
  ) {}

  /** @throws Flaw when the line is none, or its id is that of another key. */
  static parse(line: string, of: keyof typeof KEY_TYPES = 'log'): LogKey {
    const [, name = '', id = '', base64 = ''] = SHAPE.exec(line) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length !== 1 + KEY_BYTES || bytes[0] !== KEY_TYPES[of])
      throw new Flaw(`"${line}" is not a ${of}’s verifier key: <name>+<id>+<base64>, Ed25519`);
    // The id is the start of SHA-256(name || 0x0A || type || key).
    const hash = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex');
    if (!hash.startsWith(id)) throw new Flaw(`the id of the verifier key "${line}" is not its own`);
    const spki = Buffer.concat([SPKI_PREFIX, bytes.subarray(1)]);
    return new LogKey(line, name, id, createPublicKey({ key: spki, format: 'der', type: 'spki' }));
  }

  /** Whether this key signed the text (RFC 8032). */
  signed(text: string, signature: Uint8Array): boolean {
    return verify(null, Buffer.from(text), this.key, signature);
  }
}
