import { createPublicKey, type KeyObject } from 'node:crypto';
import { DomainError } from '@gatehouse/kernel';
import { z } from 'zod';

/** An unknown key is asked about no more often than this: otherwise anybody could have us ask all day. */
const ASK_EVERY_MS = 60_000;
/** After a failure, so that a short outage loses no report. */
const ASK_AGAIN_MS = 5_000;
const TIMEOUT_MS = 5_000;
const MAX_ANSWER = 256 * 1024;

const Document = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string().min(1).max(128), key: z.string() })).max(100),
});

/** Keys by their identifiers. */
export type ScannerKeySet = ReadonlyMap<string, KeyObject>;

/** @throws when it is no key document, or a key is not on P-256. */
export function parseScannerKeys(text: string): ScannerKeySet {
  const { public_keys: keys } = Document.parse(JSON.parse(text));
  return new Map(keys.map(({ key_identifier, key }) => [key_identifier, p256(key)]));
}

/** The keys scanners sign with: those of the configuration, and those an address answers, which may be rotated. */
export class ScannerKeys {
  private published: ScannerKeySet = new Map();
  private nextAskAt = 0;
  private failed = false;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly configured: ScannerKeySet,
    private readonly url: string | undefined,
  ) {}

  /**
   * @returns `undefined`: nobody we know has that key.
   * @throws DomainError `scanner-keys-unavailable` when the address does not answer: the scanner sends it again.
   */
  async keyOf(id: string): Promise<KeyObject | undefined> {
    const known = this.configured.get(id) ?? this.published.get(id);
    if (known || this.url === undefined) return known;
    if (this.asking || performance.now() >= this.nextAskAt) await this.ask(this.url);
    else if (this.failed) throw unavailable();
    return this.published.get(id);
  }

  /** Once for all who wait. */
  private ask(url: string): Promise<void> {
    this.asking ??= this.fetchFrom(url).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async fetchFrom(url: string): Promise<void> {
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      const text = await response.text();
      if (!response.ok || text.length > MAX_ANSWER)
        throw new Error(`${response.status}, ${text.length} bytes`);
      this.published = parseScannerKeys(text);
      this.failed = false;
      this.nextAskAt = performance.now() + ASK_EVERY_MS;
    } catch (error) {
      this.failed = true;
      this.nextAskAt = performance.now() + ASK_AGAIN_MS;
      throw unavailable(error);
    }
  }
}

const unavailable = (cause?: unknown): DomainError =>
  new DomainError(
    'unavailable',
    'scanner-keys-unavailable',
    'The keys that would prove this message cannot be had right now. Send it again later.',
    { cause },
  );

function p256(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new RangeError('expected a P-256 key');
  return key;
}
