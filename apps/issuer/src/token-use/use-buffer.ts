import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { TokenUses } from './token-uses.js';
import { type Use, UseTally } from './use-tally.js';

const FLUSH_EVERY_MS = 1_000;
/** Past it, uses are forgotten: it is better that a token looks idle than that the issuer runs out of memory. */
const MAX_ROWS = 20_000;

/** Uses that the issuer sees itself, written down once a second. What a killed issuer had not yet written is forgotten. */
@Injectable()
export class UseBuffer implements OnApplicationBootstrap, OnModuleDestroy {
  private tally = new UseTally();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;

  constructor(
    @Inject(TokenUses) private readonly uses: TokenUses,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush();
  }

  /** Costs the caller no round trip. */
  add(use: Use): void {
    if (this.tally.size < MAX_ROWS) this.tally.add(use);
  }

  /** One at a time: while the database is slow, uses gather. */
  private flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => {
      this.flushing = undefined;
    });
    return this.flushing;
  }

  private async write(): Promise<void> {
    const tally = this.tally;
    this.tally = new UseTally();
    await this.uses
      .record(tally)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'last uses could not be written down'));
  }
}
