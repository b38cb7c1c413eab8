import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { PeriodicWork } from '../../periodic-work.js';
import { SessionRecords } from '../../sign-in/sessions/session-records.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { Artifacts } from './artifacts.js';

const EVERY_MS = 30_000;
const AT_ONCE = 5_000;

/** Forgets what has expired, so that the tables hold what is in use and little more. */
@Injectable()
export class ExpiredArtifacts extends PeriodicWork {
  constructor(
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(SessionRecords) private readonly sessions: SessionRecords,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(EVERY_MS, 'expired artifacts are forgotten later', logger);
  }

  protected async work(): Promise<void> {
    await this.artifacts.forgetExpired(AT_ONCE);
    await this.tokens.forgetExpired(AT_ONCE);
    await this.sessions.forgetExpired(AT_ONCE);
  }
}
