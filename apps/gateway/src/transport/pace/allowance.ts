/** How slow a client may be. */
export interface PaceBounds {
  /** What a client has to send, or to take, while it is waited for. */
  readonly minBytesPerSecond: number;
  /** How long it may be slower than that. */
  readonly slowSeconds: number;
}

/** Time that a client may be waited for: waiting uses it up, bytes earn it back, never more of it than at the start. */
export class Allowance {
  private leftMs: number;

  constructor(private readonly bounds: PaceBounds) {
    this.leftMs = bounds.slowSeconds * 1_000;
  }

  /**
   * @param waitedMs of the time since the last call.
   * @param bytes that moved in it.
   * @returns whether there is some of it left.
   */
  note(waitedMs: number, bytes: number): boolean {
    const { minBytesPerSecond, slowSeconds } = this.bounds;
    const earnedMs = (bytes * 1_000) / minBytesPerSecond;
    this.leftMs = Math.min(this.leftMs + earnedMs - waitedMs, slowSeconds * 1_000);
    return this.leftMs > 0;
  }
}
