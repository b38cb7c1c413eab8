import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SessionRecords } from '../../sign-in/sessions/session-records.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { Artifacts } from './artifacts.js';

const EVERY_MS = 30_000;
const AT_ONCE = 5_000;

/** Forgets what has expired, so that the tables hold what is in use and little more. */
@Injectable()
export class ExpiredArtifacts implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(SessionRecords) private readonly sessions: SessionRecords,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.working = this.forget().catch((error: unknown) =>
        this.logger.warn({ err: error }, 'expired artifacts are forgotten later'),
      );
    }, EVERY_MS);
  }

  private async forget(): Promise<void> {
    await this.artifacts.forgetExpired(AT_ONCE);
    await this.tokens.forgetExpired(AT_ONCE);
    await this.sessions.forgetExpired(AT_ONCE);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }
}
