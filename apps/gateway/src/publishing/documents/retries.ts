const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** Does something until it is done: at once when it is asked to, and after a failure a while later, ever longer up to a bound. */
export class Retries {
  private timer: NodeJS.Timeout | undefined;
  private waitMs = FIRST_MS;
  private isWorking = false;
  private isAsked = false;
  private isStopped = false;

  /** @param attempt resolves to whether it is done; never rejects. */
  constructor(private readonly attempt: () => Promise<boolean>) {}

  now(): void {
    clearTimeout(this.timer);
    this.isAsked = true;
    if (!this.isWorking) void this.work();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.isStopped = true;
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    let isDone = true;
    while (this.isAsked && !this.isStopped) {
      this.isAsked = false;
      isDone = await this.attempt();
    }
    this.isWorking = false;
    if (isDone) this.waitMs = FIRST_MS;
    else if (!this.isStopped) this.later();
  }

  private later(): void {
    this.timer = setTimeout(() => this.now(), this.waitMs);
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_MS);
  }
}
