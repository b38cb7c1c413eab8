import type { IncomingHttpHeaders } from 'node:http';
import type { Asked } from './asked.js';
import type { CacheStore } from './cache-store.js';
import { CachedAnswer } from './cached-answer.js';
import type { Storable } from './storable.js';

/** What {@link Collected} needs. */
export interface CollectedOptions {
  readonly asked: Asked;
  readonly fit: Storable;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly store: Pick<CacheStore, 'reserve' | 'release'>;
  readonly maxBytes: number;
}

/** The body of an answer as far as it has come. */
export class Collected {
  private pieces: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly options: CollectedOptions) {}

  /** Its length was announced. */
  get isSureToFit(): boolean {
    return this.options.headers['content-length'] !== undefined;
  }

  /** @returns false when it has become too much: nothing of it is held any more. */
  add(chunk: Buffer): boolean {
    const { store, maxBytes } = this.options;
    if (this.bytes + chunk.length > maxBytes || !store.reserve(chunk.length)) {
      this.release();
      return false;
    }
    this.bytes += chunk.length;
    this.pieces.push(chunk);
    return true;
  }

  /** The whole of it. */
  answer(): CachedAnswer {
    const { asked, fit, status, headers } = this.options;
    const { 'transfer-encoding': _, 'cache-status': __, ...kept } = headers;
    // Who keeps an answer without a date gives it one (RFC 9110 §6.6.1).
    kept.date ??= new Date().toUTCString();
    if (status !== 204) kept['content-length'] = `${this.bytes}`;
    return new CachedAnswer(asked, fit, status, kept, Buffer.concat(this.pieces));
  }

  release(): void {
    this.options.store.release(this.bytes);
    this.bytes = 0;
    this.pieces = [];
  }
}
