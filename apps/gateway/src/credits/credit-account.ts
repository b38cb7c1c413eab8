import { LEASE_SECONDS, type LeaseAnswer, type LeaseAsk } from '@gatehouse/contracts';
import type { ChangeMark, TokenChanges } from '../tokens/token-changes.js';
import { AwaitedAnswers } from './awaited-answers.js';
import { Lease } from './lease.js';

/** Who spends nothing for so long gives back what he has. */
const IDLE_MS = 2_000;
/** How long "there is nothing left" is believed. */
const DRY_MS = 250;
/** After a call that failed, nobody waits for another for so long. */
const AWAY_MS = 1_000;
const RENEWED_EVERY_MS = LEASE_SECONDS * 500;

/** What there is beside the lease, at the issuer and at other gateways. */
export interface Beside {
  readonly remaining: number;
  readonly elsewhere: number;
  /** `null`: never. */
  readonly refillsAt: string | null;
}

const free = () => {};

/** The credits of one token or identity, as far as this gateway has to do with them. */
export class CreditAccount {
  private lease = new Lease();
  /** As far as was heard; `uncounted`: the holder has no credits any more, and spends none. */
  private known: Beside | 'uncounted' | undefined;
  private readonly awaited = new AwaitedAnswers();
  private turn = 0;
  private isRetired = false;
  private askedAt = Number.NEGATIVE_INFINITY;
  private usedAt = performance.now();
  private dryUntil = Number.NEGATIVE_INFINITY;
  private awayUntil = Number.NEGATIVE_INFINITY;
  /** The holder's latest event when the answer was asked for: after another, the credits may have been set anew. */
  private change: ChangeMark = 0;
  private changeAsked: ChangeMark = 0;

  constructor(
    readonly holder: string,
    private readonly changes: Pick<TokenChanges, 'markOf'>,
  ) {}

  get beside(): Beside | undefined {
    return this.known === 'uncounted' ? undefined : this.known;
  }

  get isWaitedFor(): boolean {
    return this.awaited.isAny;
  }

  /** Whether a request can be paid at once. */
  covers(cost: number, now: number): boolean {
    if (this.known === undefined || !this.isCurrent) return false;
    return this.known === 'uncounted' || this.lease.left(now) >= cost;
  }

  /** To be asked after {@link covers}. @returns what settles it when the request is over. */
  take(cost: number, now: number): (isCharged: boolean) => void {
    this.usedAt = now;
    return this.known === 'uncounted' ? free : this.lease.take(cost);
  }

  /** What it has in hand. */
  held(now: number): number {
    return this.isCurrent ? this.lease.left(now) : 0;
  }

  /** There is nothing more to lease, as far as was heard a moment ago. */
  isDry(now: number): boolean {
    return now < this.dryUntil && this.isCurrent;
  }

  isAway(now: number): boolean {
    return now < this.awayUntil;
  }

  isLow(now: number): boolean {
    return this.lease.isLow(now) && !this.isDry(now);
  }

  /** What there is in all; Infinity where it is not counted. */
  balance(now: number): number {
    if (this.known === 'uncounted') return Number.POSITIVE_INFINITY;
    return (this.known?.remaining ?? 0) + (this.known?.elsewhere ?? 0) + this.lease.left(now);
  }

  /** Resolves with the first answer to a question that is put from now on. */
  wait(cost: number): Promise<void> {
    return this.awaited.wait(cost);
  }

  /** Whether the issuer is to hear of it even if nobody waits. */
  isDue(now: number): boolean {
    if (this.isAway(now)) return false;
    if (this.lease.hasNews || now - this.askedAt > RENEWED_EVERY_MS) return true;
    return this.isIdle(now) && (this.lease.isSettled || this.lease.left(now) > 0);
  }

  /** The gateway ends: what is not spent goes back with the next word. */
  retire(): void {
    this.isRetired = true;
  }

  /** The next question. */
  ask(now: number): LeaseAsk {
    const { lease, awaited, holder } = this;
    const isIdle = this.isIdle(now);
    const ends = this.isRetired || (isIdle && lease.isSettled);
    const need = awaited.cost;
    const want = isIdle || ends ? need : Math.max(need, lease.wanted(need, now - this.askedAt));
    lease.keep(ends ? 0 : want, now);
    awaited.ask();
    this.askedAt = now;
    this.changeAsked = this.changes.markOf(holder);
    const { id, spent } = lease;
    return { id, turn: ++this.turn, holder, spent, need, want, ...(ends && { ends }) };
  }

  /** @returns whether nothing is left to be kept in mind. */
  hear(answer: LeaseAnswer, { spent }: LeaseAsk, now: number): boolean {
    this.change = this.changeAsked;
    if (answer.status === 'held') {
      this.lease.renew({ granted: answer.granted, toldUsed: spent }, this.askedAt, now);
      this.known = answer;
      this.dryUntil = answer.remaining === 0 ? now + DRY_MS : Number.NEGATIVE_INFINITY;
    } else {
      this.lease = new Lease();
      this.known = answer.status === 'uncounted' ? 'uncounted' : undefined;
    }
    this.awaited.answer();
    return answer.status !== 'held' && this.isIdle(now);
  }

  /** The issuer did not answer. */
  fail(now: number): void {
    this.awayUntil = now + AWAY_MS;
    this.awaited.answer();
  }

  private get isCurrent(): boolean {
    return this.changes.markOf(this.holder) === this.change;
  }

  private isIdle(now: number): boolean {
    return now - this.usedAt > IDLE_MS && !this.isWaitedFor;
  }
}
