import type { Dispatcher } from 'undici';
import type { HealthCheckSpec } from './health-spec.js';

/** Of an answer, that much is read. */
const MAX_BODY_BYTES = 16 * 1024;

/** Asks one target again and again whether it is well. */
export class HealthCheck {
  /** Until it is known otherwise, it is. */
  isUp = true;
  private agreeing = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly ending = new AbortController();

  /** @param dispatcher of its own, so that it never waits behind requests. */
  constructor(
    private readonly spec: HealthCheckSpec,
    private readonly path: string,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** @returns itself. */
  start(): this {
    this.timer = setTimeout(() => void this.check(), this.spec.intervalMs * Math.random()).unref();
    return this;
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.ending.abort();
    await this.dispatcher.destroy();
  }

  private async check(): Promise<void> {
    this.note(await this.isWell());
    if (this.ending.signal.aborted) return;
    this.timer = setTimeout(() => void this.check(), this.spec.intervalMs).unref();
  }

  private async isWell(): Promise<boolean> {
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(this.spec.timeoutMs)]);
    try {
      const { statusCode, body } = await this.dispatcher.request({
        path: this.path,
        method: 'GET',
        headers: ['user-agent', 'gatehouse-health'],
        signal,
      });
      await body.dump({ limit: MAX_BODY_BYTES, signal });
      return statusCode >= 200 && statusCode < 300;
    } catch {
      return false;
    }
  }

  private note(isWell: boolean): void {
    this.agreeing = isWell === this.isUp ? 0 : this.agreeing + 1;
    if (this.agreeing < (isWell ? this.spec.healthyAfter : this.spec.unhealthyAfter)) return;
    this.isUp = isWell;
    this.agreeing = 0;
  }
}
