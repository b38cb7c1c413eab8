import { RecentMap } from '../recent-map.js';

const TRACKED_TOKENS = 100_000;

/**
 * Generic cell rate algorithm (ITU-T I.371 Annex A, virtual scheduling): `requests` may come at once, and their
 * allowance returns evenly over the window. One number per token.
 */
export class RateLimit {
  private readonly emissionMs: number;
  private readonly toleranceMs: number;
  /** Theoretical arrival time of the next conforming request, by token. */
  private readonly arrivals = new RecentMap<string, number>(TRACKED_TOKENS);

  constructor({ requests, windowSeconds }: { requests: number; windowSeconds: number }) {
    this.emissionMs = (windowSeconds * 1000) / requests;
    this.toleranceMs = windowSeconds * 1000 - this.emissionMs;
  }

  /**
   * Takes one request.
   * @param nowMs of a monotonic clock.
   * @returns 0 when it conforms, else the milliseconds until one will.
   */
  take(tokenId: string, nowMs: number): number {
    const arrival = Math.max(this.arrivals.get(tokenId) ?? 0, nowMs);
    const waitMs = arrival - this.toleranceMs - nowMs;
    if (waitMs > 0) return waitMs;
    this.arrivals.set(tokenId, arrival + this.emissionMs);
    return 0;
  }
}
