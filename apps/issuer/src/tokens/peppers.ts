import { createHmac } from 'node:crypto';

/**
 * The keys token digests are hashed under. A new version is added at the end; older ones stay until the last token
 * hashed under them is gone.
 */
export class Peppers {
  private constructor(private readonly versions: readonly { version: number; key: Buffer }[]) {}

  /** Reads `1:<base64url 32 bytes>[,2:…]`, versions rising; `undefined` when it is anything else. */
  static parse(text: string): Peppers | undefined {
    const versions = text.split(',').map((part) => {
      const [version = '', key = ''] = part.trim().split(':');
      return { version: Number(version), key: Buffer.from(key, 'base64url') };
    });
    const rising = versions.every(
      ({ version }, i) => Number.isInteger(version) && version > (versions[i - 1]?.version ?? 0),
    );
    return rising && versions.every(({ key }) => key.length >= 32) ? new Peppers(versions) : undefined;
  }

  /** The hash a new secret is stored under. */
  hash(digest: string): { hash: string; pepperVersion: number } {
    const newest = this.versions.at(-1)!;
    return { hash: hmac(newest.key, digest), pepperVersion: newest.version };
  }

  /** Every hash a secret may be stored under. */
  allHashes(digest: string): string[] {
    return this.versions.map(({ key }) => hmac(key, digest));
  }
}

const hmac = (key: Buffer, digest: string): string =>
  createHmac('sha256', key).update(digest).digest('base64url');
