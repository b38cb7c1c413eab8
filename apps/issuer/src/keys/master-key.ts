import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 1;

/**
 * The one secret that everything kept at rest hangs on. It encrypts nothing itself: each purpose has a key of its own
 * (HKDF-SHA-256, RFC 5869), so that no two uses can be confused.
 */
export class MasterKey {
  private constructor(private readonly bytes: Buffer) {}

  /** Reads base64url of 32 bytes; `undefined` when it is anything else. */
  static parse(text: string): MasterKey | undefined {
    const bytes = Buffer.from(text, 'base64url');
    return bytes.length === 32 ? new MasterKey(bytes) : undefined;
  }

  /** 32 bytes for one purpose. */
  keyFor(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.bytes, '', `gatehouse ${purpose}`, 32));
  }

  /** Seals and opens what is kept for one purpose. */
  sealFor(purpose: string): Seal {
    return new Seal(this.keyFor(purpose));
  }

  /** A keyed hash, base64url, under which something secret can be found again without being kept. */
  hashFor(purpose: string): (value: string) => string {
    const key = this.keyFor(purpose);
    return (value) => createHmac('sha256', key).update(value).digest('base64url');
  }
}

/** AES-256-GCM (NIST SP 800-38D) with a random nonce; what a box belongs to is authenticated with it. */
export class Seal {
  constructor(private readonly key: Buffer) {}

  /** @param context what the box belongs to, e.g. a row's key: it opens nowhere else. */
  close(plain: string, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws when the box was changed, moved to another context or sealed under another key. */
  open(box: Buffer, context: string): string {
    if (box[0] !== FORMAT) throw new Error('a sealed value of an unknown format');
    const nonce = box.subarray(1, 1 + NONCE_BYTES);
    const tag = box.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
    const plain = decipher.update(box.subarray(1 + NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  }
}
