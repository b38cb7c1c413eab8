import { RecentMap } from '../recent-map.js';
import { type Every, periodOf } from './period.js';

/** Subjects of one limit that are kept in mind at once. */
const TRACKED = 100_000;

/** When a request comes, by both clocks. */
export interface Now {
  /** Monotonic, milliseconds. */
  readonly monoMs: number;
  /** Wall clock, milliseconds. */
  readonly wallMs: number;
}

/** What one limit counts in this process. */
export interface LocalCounter {
  /** Milliseconds until a request of this cost conforms; 0: it does. */
  waitMs(key: string, cost: number, now: Now): number;
  take(key: string, cost: number, now: Now): void;
  /** Counts what somebody else allowed, never past what the limit holds. */
  note(key: string, cost: number, now: Now): void;
  release(key: string): void;
  /** What is left, and the milliseconds until all of it is there again. */
  left(key: string, now: Now): { remaining: number; resetMs: number };
}

/**
 * Generic cell rate algorithm (ITU-T I.371 Annex A, virtual scheduling): `burst` requests may come at once, and their
 * allowance returns evenly. One number per subject.
 */
export class RateCounter implements LocalCounter {
  /** Theoretical arrival time of the next conforming request. */
  private readonly arrivals = new RecentMap<string, number>(TRACKED);

  constructor(
    private readonly emissionMs: number,
    private readonly burst: number,
  ) {}

  waitMs(key: string, cost: number, { monoMs }: Now): number {
    return Math.max(0, this.arrival(key, monoMs) + (cost - this.burst) * this.emissionMs - monoMs);
  }

  take(key: string, cost: number, { monoMs }: Now): void {
    this.arrivals.set(key, this.arrival(key, monoMs) + cost * this.emissionMs);
  }

  note(key: string, cost: number, { monoMs }: Now): void {
    const arrival = this.arrival(key, monoMs) + cost * this.emissionMs;
    this.arrivals.set(key, Math.min(arrival, monoMs + this.burst * this.emissionMs));
  }

  release(): void {}

  left(key: string, { monoMs }: Now): { remaining: number; resetMs: number } {
    const resetMs = this.arrival(key, monoMs) - monoMs;
    return { remaining: Math.max(0, Math.floor(this.burst - resetMs / this.emissionMs + 1e-9)), resetMs };
  }

  private arrival(key: string, monoMs: number): number {
    return Math.max(this.arrivals.get(key) ?? 0, monoMs);
  }
}

/** So many in each day, month or window. */
export class QuotaCounter implements LocalCounter {
  private readonly used = new RecentMap<string, { period: string; count: number }>(TRACKED);

  constructor(
    private readonly total: number,
    private readonly every: Every,
  ) {}

  waitMs(key: string, cost: number, now: Now): number {
    const { period, endsInMs } = periodOf(this.every, now.wallMs);
    return this.count(key, period) + cost <= this.total ? 0 : endsInMs;
  }

  take(key: string, cost: number, now: Now): void {
    const { period } = periodOf(this.every, now.wallMs);
    this.used.set(key, { period, count: this.count(key, period) + cost });
  }

  note(key: string, cost: number, now: Now): void {
    this.take(key, cost, now); // more than all is no harm here
  }

  release(): void {}

  left(key: string, now: Now): { remaining: number; resetMs: number } {
    const { period, endsInMs } = periodOf(this.every, now.wallMs);
    return { remaining: Math.max(0, this.total - this.count(key, period)), resetMs: endsInMs };
  }

  private count(key: string, period: string): number {
    const known = this.used.get(key);
    return known?.period === period ? known.count : 0;
  }
}

/** How long who found no room is told to wait: nobody knows when some will be free. */
export const NO_ROOM_MS = 1_000;

/** So many under way at once. */
export class ConcurrencyCounter implements LocalCounter {
  private readonly underWay = new Map<string, number>();

  constructor(private readonly most: number) {}

  waitMs(key: string): number {
    return (this.underWay.get(key) ?? 0) < this.most ? 0 : NO_ROOM_MS;
  }

  take(key: string): void {
    this.underWay.set(key, (this.underWay.get(key) ?? 0) + 1);
  }

  note(key: string): void {
    this.take(key);
  }

  release(key: string): void {
    const left = (this.underWay.get(key) ?? 0) - 1;
    if (left > 0) this.underWay.set(key, left);
    else this.underWay.delete(key);
  }

  left(key: string): { remaining: number; resetMs: number } {
    return { remaining: this.most - (this.underWay.get(key) ?? 0), resetMs: 0 };
  }
}
