import { LEASE_SECONDS } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';

/** More nobody needs. */
const MOST = 1_000_000_000_000;
/** What a first lease is worth in requests like the one that asks for it. */
const FIRST_REQUESTS = 10;
/** For how long at its latest pace a lease ought to last. */
const AHEAD_MS = 2_000;

/** What this gateway may spend of somebody's credits without asking. Replaced by another when it ends. */
export class Lease {
  readonly id = newId('lse');
  private granted = 0;
  /** Spent, or taken for a request under way. */
  private used = 0;
  private toldUsed = 0;
  private inHandWhenTold = 0;
  private underWay = 0;
  /** `performance.now()`; from then on the issuer may lend the rest to others. */
  private goodUntil = Number.NEGATIVE_INFINITY;

  /** What may be spent now. */
  left(now: number): number {
    return now < this.goodUntil ? Math.max(0, this.granted - this.used) : 0;
  }

  /** Of all it ever held. */
  get spent(): number {
    return this.used;
  }

  /** The issuer does not know yet what was spent. */
  get hasNews(): boolean {
    return this.used !== this.toldUsed;
  }

  /** No request is under way whose price may come back. */
  get isSettled(): boolean {
    return this.underWay === 0;
  }

  /** Less than half of what was in hand is left: time to ask for more, while requests go on. */
  isLow(now: number): boolean {
    return this.left(now) * 2 < this.inHandWhenTold;
  }

  /** @returns what settles it when the request is over: not charged, its price is there again. */
  take(cost: number): (isCharged: boolean) => void {
    this.used += cost;
    this.underWay++;
    return (isCharged) => {
      this.underWay--;
      if (!isCharged) this.used -= cost;
    };
  }

  /** What its pace makes likely to be needed. @param needed by those who wait. @param sinceMs it was last asked for. */
  wanted(needed: number, sinceMs: number): number {
    const spent = this.used - this.toldUsed + needed;
    const forMs = Math.max(1, Math.min(sinceMs, AHEAD_MS));
    return Math.min(Math.max(needed * FIRST_REQUESTS, Math.ceil((spent * AHEAD_MS) / forMs)), MOST);
  }

  /** What is to be given back is not spent from here on, whether or not the issuer hears of it. */
  keep(most: number, now: number): void {
    if (this.left(now) > most) this.granted = this.used + most;
  }

  /** @param granted all it ever held, less what was given back. */
  renew({ granted, toldUsed }: { granted: number; toldUsed: number }, askedAt: number, now: number): void {
    this.granted = granted;
    this.toldUsed = toldUsed;
    this.goodUntil = askedAt + LEASE_SECONDS * 1000;
    this.inHandWhenTold = this.left(now);
  }
}
