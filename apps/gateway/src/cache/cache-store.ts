import type { Asked, Place } from './asked.js';
import type { CachedAnswer } from './cached-answer.js';

/** Of one URI and one circle of callers, told apart by what they vary by. */
const MAX_VARIANTS = 32;

/** An answer on its way into the cache. */
export interface Filling {
  readonly place: Place;
  /** Something happened meanwhile after which it must not be kept. */
  isVoid: boolean;
}

/** Says of an answer whether it goes. */
export type Which = (place: Place) => boolean;

/** What went. */
export interface Dropped {
  readonly answers: number;
  readonly bytes: number;
}

/** Every answer this process keeps, in no more than so many bytes. */
export class CacheStore {
  maxBytes = 0;
  evictions = 0;
  private held = 0;
  private arriving = 0;
  /** By URI, then by who shares them. */
  private readonly byUri = new Map<string, Map<string, CachedAnswer[]>>();
  /** The least recently used first. */
  private readonly byUse = new Set<CachedAnswer>();
  private readonly fillings = new Set<Filling>();

  get bytes(): number {
    return this.held;
  }

  /** The least recently used first. */
  *all(): Iterable<CachedAnswer> {
    yield* this.byUse;
  }

  /** @returns the answer for this request, if there is one, and whether there are others for the same URI and callers. */
  find({ uri, share, headers }: Asked): { answer: CachedAnswer | undefined; hasOthers: boolean } {
    const variants = this.byUri.get(uri)?.get(share);
    const answer = variants?.find((one) => one.isFor(headers));
    if (answer) {
      this.byUse.delete(answer);
      this.byUse.add(answer);
    }
    return { answer, hasOthers: variants !== undefined };
  }

  /** Told of before its upstream is asked, so that what happens until it is stored can undo it. */
  begin(place: Place): Filling {
    const filling = { place, isVoid: false };
    this.fillings.add(filling);
    return filling;
  }

  end(filling: Filling): void {
    this.fillings.delete(filling);
  }

  /** @returns whether so much more may be collected of answers that are not complete; it is given back by {@link release}. */
  reserve(bytes: number): boolean {
    if (this.arriving + bytes > this.maxBytes) return false;
    this.arriving += bytes;
    return true;
  }

  release(bytes: number): void {
    this.arriving -= bytes;
  }

  /** Keeps an answer in the place of the one it renews. */
  put(answer: CachedAnswer, { headers }: Pick<Asked, 'headers'>): void {
    if (answer.bytes > this.maxBytes) return;
    const { uri, share } = answer.place;
    const shares = this.byUri.get(uri) ?? new Map<string, CachedAnswer[]>();
    const variants = shares.get(share) ?? [];
    for (const old of variants.filter((one) => one.isFor(headers))) this.drop(old);
    if (variants.length >= MAX_VARIANTS) this.drop(variants[0]!);
    variants.push(answer);
    shares.set(share, variants);
    this.byUri.set(uri, shares);
    this.byUse.add(answer);
    this.held += answer.bytes;
    this.trim();
  }

  drop(answer: CachedAnswer): void {
    if (!this.byUse.delete(answer)) return;
    this.held -= answer.bytes;
    const { uri, share } = answer.place;
    const shares = this.byUri.get(uri);
    const variants = shares?.get(share);
    if (!shares || !variants) return;
    variants.splice(variants.indexOf(answer), 1);
    if (variants.length > 0) return;
    shares.delete(share);
    if (shares.size === 0) this.byUri.delete(uri);
  }

  /** What the upstream changed (RFC 9111 §4.4), whoever it was kept for. */
  invalidate(uri: string): void {
    for (const variants of this.byUri.get(uri)?.values() ?? [])
      for (const answer of variants.slice()) this.drop(answer);
    for (const filling of this.fillings) if (filling.place.uri === uri) filling.isVoid = true;
  }

  /** @param isDryRun nothing goes; it is only counted. */
  dropWhere(which: Which, isDryRun = false): Dropped {
    const going = [...this.byUse].filter(({ place }) => which(place));
    const dropped = { answers: going.length, bytes: going.reduce((sum, { bytes }) => sum + bytes, 0) };
    if (isDryRun) return dropped;
    for (const answer of going) this.drop(answer);
    for (const filling of this.fillings) if (which(filling.place)) filling.isVoid = true;
    return dropped;
  }

  /** Takes out what was not used for longest, until the rest fits. */
  trim(): void {
    for (const answer of this.byUse) {
      if (this.held <= this.maxBytes) return;
      this.drop(answer);
      this.evictions++;
    }
  }
}
