import { ask } from '../ask.js';
import type { OwnSender } from '../connections.js';
import type { HealthQuestion } from './health-question.js';
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

  /** @param sender of its own, so that it never waits behind requests. */
  constructor(
    private readonly spec: HealthCheckSpec,
    private readonly question: HealthQuestion,
    private readonly sender: OwnSender,
  ) {}

  /** @returns itself. */
  start(): this {
    this.timer = setTimeout(() => void this.check(), this.spec.intervalMs * Math.random()).unref();
    return this;
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.ending.abort();
    await this.sender.destroy();
  }

  private async check(): Promise<void> {
    this.note(await this.isWell());
    if (this.ending.signal.aborted) return;
    this.timer = setTimeout(() => void this.check(), this.spec.intervalMs).unref();
  }

  private async isWell(): Promise<boolean> {
    const { request, isWell } = this.question;
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(this.spec.timeoutMs)]);
    try {
      return isWell(await ask(this.sender, request, { signal, maxBytes: MAX_BODY_BYTES }));
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
