/**
 * A signal that aborts after a time, or when something stops. Unlike `AbortSignal.any` it leaves nothing behind on the signal
 * that lives as long as the process (some Node 20 do).
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly stopping: AbortSignal,
    ms: number,
  ) {
    this.timer = setTimeout(() => this.controller.abort(new Error(`no answer within ${ms / 1000} s`)), ms);
    if (stopping.aborted) this.onStop();
    else stopping.addEventListener('abort', this.onStop, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** It is met, or no longer matters. */
  clear(): void {
    clearTimeout(this.timer);
    this.stopping.removeEventListener('abort', this.onStop);
  }

  private readonly onStop = () => this.controller.abort(new Error('stopping'));
}
