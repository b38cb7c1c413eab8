import type { Dispatcher } from 'undici';

/**
 * While an answer is collected, a client that reads slowly does not hold it up: others may wait for it, and what is
 * collected is in memory anyway. Afterwards it does.
 */
export class Pace implements Dispatcher.DispatchController {
  private isCollecting = true;
  private isWanted = true;

  constructor(private readonly upstream: Dispatcher.DispatchController) {}

  get aborted(): boolean {
    return this.upstream.aborted;
  }

  get paused(): boolean {
    return this.upstream.paused;
  }

  get reason(): Error | null {
    return this.upstream.reason;
  }

  abort(reason: Error): void {
    this.upstream.abort(reason);
  }

  pause(): void {
    this.isWanted = false;
    if (!this.isCollecting) this.upstream.pause();
  }

  resume(): void {
    this.isWanted = true;
    if (!this.isCollecting) this.upstream.resume();
  }

  /** From now on the client sets the pace. */
  hold(): void {
    this.isCollecting = false;
    if (this.isWanted) this.upstream.resume();
    else this.upstream.pause();
  }
}
