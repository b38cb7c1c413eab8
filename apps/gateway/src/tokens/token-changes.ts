import { comparePositions, ORIGIN, type Position } from '@gatehouse/kernel';
import { NO_SLOT } from '../slot-index.js';
import { AgeOrder } from './changes/age-order.js';
import { ChangeIds } from './changes/change-ids.js';
import { ChangeRecords } from './changes/change-records.js';

const MAX_CHANGES = 2_000_000;
/** What is forgotten is ancient, so a generous allowance for clocks that disagree costs nothing. */
const CLOCK_SKEW_MS = 300_000;

/** `revoked` is for ever. `changed`: what was known from before is void. */
export type ChangeKind = 'revoked' | 'suspended' | 'changed';

/** The latest thing that happened to a token. */
export interface TokenChange {
  readonly position: Position;
  /** Wall clock. */
  readonly atMs: number;
  readonly kind: ChangeKind;
}

/** Which of all changes noted in this process: none is the same twice. 0: no change. */
export type ChangeMark = number;

/**
 * Which tokens were revoked or changed, and where in the event store. A change beats every look-up that reflects an
 * older state, however late it is answered; a revocation is a tombstone and beats them all (S2).
 * Bounded: past the bound the oldest are forgotten, and whatever they could have told is refused from then on.
 */
export class TokenChanges {
  private records = new ChangeRecords();
  private ids = new ChangeIds(this.records);
  private order = new AgeOrder(this.records);
  private latestMark: ChangeMark = 0;
  private forgotten = { position: ORIGIN, atMs: Number.NEGATIVE_INFINITY };

  constructor(private readonly capacity = MAX_CHANGES) {}

  get size(): number {
    return this.records.size;
  }

  /** Oldest first. Changes that come while somebody reads are at the end. */
  *[Symbol.iterator](): IterableIterator<[string, TokenChange]> {
    const { ids, records } = this;
    for (const slot of this.order) yield [ids.idOf(slot), records.read(slot)];
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
    this.order.clear();
    this.records = new ChangeRecords();
    this.ids = new ChangeIds(this.records);
    this.order = new AgeOrder(this.records);
    this.forgotten = { position: ORIGIN, atMs: Number.NEGATIVE_INFINITY };
  }

  /** What happened to a token last. */
  kindOf(tokenId: string): ChangeKind | undefined {
    const slot = this.ids.find(tokenId);
    return slot === NO_SLOT ? undefined : this.records.kindOf(slot);
  }

  /** Which change of a token is its latest: as long as it is the same, nothing has happened to the token. */
  markOf(tokenId: string): ChangeMark {
    const slot = this.ids.find(tokenId);
    return slot === NO_SLOT ? 0 : this.records.markOf(slot);
  }

  /** Changes come in the order of the event store; only revocations may come ahead of others. */
  add(tokenId: string, change: TokenChange): void {
    const known = this.ids.find(tokenId);
    if (known === NO_SLOT) return this.addFirst(tokenId, change);
    if (this.records.kindOf(known) === 'revoked') return;
    this.records.replace(known, change, ++this.latestMark);
    this.order.remove(known);
    this.order.append(known);
  }

  /** Whether an answer that reflects every event up to `asOf` says how the token is now. */
  isCurrent(tokenId: string, asOf: Position): boolean {
    const slot = this.ids.find(tokenId);
    const position = slot === NO_SLOT ? this.forgotten.position : this.records.positionOf(slot);
    return comparePositions(asOf, position) >= 0;
  }

  /** Whether no forgotten change can be of a token that was surely good at `goodAtMs`, wall clock. */
  coversTime(goodAtMs: number): boolean {
    return goodAtMs - CLOCK_SKEW_MS > this.forgotten.atMs;
  }

  private addFirst(tokenId: string, change: TokenChange): void {
    const slot = this.records.add(change, ++this.latestMark);
    this.ids.add(tokenId, slot);
    this.order.append(slot);
    if (this.size > this.capacity) this.forgetOldest();
  }

  private forgetOldest(): void {
    const slot = this.order.oldest!;
    const { position, atMs } = this.records.read(slot);
    this.forgotten = {
      position: later(position, this.forgotten.position),
      atMs: Math.max(atMs, this.forgotten.atMs),
    };
    this.order.remove(slot);
    this.ids.remove(slot);
    this.records.remove(slot);
  }
}

const later = (a: Position, b: Position): Position => (comparePositions(a, b) > 0 ? a : b);
