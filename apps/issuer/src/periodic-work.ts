import type { Logger } from '@gatehouse/service';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';

/** Something that is done again and again beside the requests, one at a time, until the service stops. */
export abstract class PeriodicWork implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  /** @param later what the log says when it did not work this time. */
  constructor(
    private readonly everyMs: number,
    private readonly later: string,
    private readonly logger: Logger,
  ) {}

  protected abstract work(): Promise<void>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.underWay ??= this.work()
        .catch((error: unknown) => this.logger.warn({ err: error }, this.later))
        .finally(() => {
          this.underWay = undefined;
        });
    }, this.everyMs);
  }

  /** Waits for what is under way: the database is closed next. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }
}
