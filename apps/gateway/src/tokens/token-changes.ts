import { comparePositions, ORIGIN, type Position } from '@gatehouse/kernel';

const MAX_CHANGES = 2_000_000;
/** What is forgotten is ancient, so a generous allowance for clocks that disagree costs nothing. */
const CLOCK_SKEW_MS = 300_000;

/** The latest thing that happened to a token. */
export interface TokenChange {
  readonly position: Position;
  /** Wall clock. */
  readonly atMs: number;
  /** `revoked` is for ever. `changed`: what was known from before is void. */
  readonly kind: 'revoked' | 'suspended' | 'changed';
}

/**
 * Which tokens were revoked or changed, and where in the event store. A change beats every look-up that reflects an
 * older state, however late it is answered; a revocation is a tombstone and beats them all (S2).
 * Bounded: past the bound the oldest are forgotten, and whatever they could have told is refused from then on.
 */
export class TokenChanges {
  private readonly changes = new Map<string, TokenChange>();
  private forgotten = { position: ORIGIN, atMs: Number.NEGATIVE_INFINITY };

  constructor(private readonly capacity = MAX_CHANGES) {}

  get size(): number {
    return this.changes.size;
  }

  [Symbol.iterator](): IterableIterator<[string, TokenChange]> {
    return this.changes.entries();
  }

  /** The newest change that was forgotten; `atMs` is `null` before the first. */
  get forgottenUpTo(): { position: Position; atMs: number | null } {
    const { position, atMs } = this.forgotten;
    return { position, atMs: Number.isFinite(atMs) ? atMs : null };
  }

  /** Begins with what an earlier process knew, in its order. */
  restore(
    changes: Iterable<[string, TokenChange]>,
    forgotten: { position: Position; atMs: number | null },
  ): void {
    this.clear();
    this.forgotten = { ...forgotten, atMs: forgotten.atMs ?? Number.NEGATIVE_INFINITY };
    for (const [tokenId, change] of changes) this.add(tokenId, change);
  }

  clear(): void {
    this.changes.clear();
    this.forgotten = { position: ORIGIN, atMs: Number.NEGATIVE_INFINITY };
  }

  of(tokenId: string): TokenChange | undefined {
    return this.changes.get(tokenId);
  }

  /** Changes come in the order of the event store; only revocations may come ahead of others. */
  add(tokenId: string, change: TokenChange): void {
    if (this.changes.get(tokenId)?.kind === 'revoked') return;
    this.changes.delete(tokenId); // to the end: the newest
    this.changes.set(tokenId, change);
    if (this.changes.size <= this.capacity) return;
    const [oldestId, oldest] = this.changes.entries().next().value!;
    this.changes.delete(oldestId);
    this.forgotten = {
      position: later(oldest.position, this.forgotten.position),
      atMs: Math.max(oldest.atMs, this.forgotten.atMs),
    };
  }

  /** Whether an answer that reflects every event up to `asOf` says how the token is now. */
  isCurrent(tokenId: string, asOf: Position): boolean {
    const change = this.changes.get(tokenId);
    return comparePositions(asOf, change?.position ?? this.forgotten.position) >= 0;
  }

  /** Whether no forgotten change can be of a token that was surely good at `goodAtMs`, wall clock. */
  coversTime(goodAtMs: number): boolean {
    return goodAtMs - CLOCK_SKEW_MS > this.forgotten.atMs;
  }
}

const later = (a: Position, b: Position): Position => (comparePositions(a, b) > 0 ? a : b);
