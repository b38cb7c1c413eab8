import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { KeptAnswers } from './kept-answers.js';

const EVERY_MS = 30_000;
const AT_ONCE = 5_000;

/** Forgets answers after their day. */
@Injectable()
export class ForgottenAnswers implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();

  constructor(
    @Inject(KeptAnswers) private readonly answers: KeptAnswers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.working = this.answers
        .forgetExpired(AT_ONCE)
        .catch((error: unknown) => this.logger.warn({ err: error }, 'kept answers are forgotten later'));
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }
}
