import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { PeriodicWork } from '../periodic-work.js';
import { KeptAnswers } from './kept-answers.js';

const EVERY_MS = 30_000;
const AT_ONCE = 5_000;

/** Forgets answers after their day. */
@Injectable()
export class ForgottenAnswers extends PeriodicWork {
  constructor(
    @Inject(KeptAnswers) private readonly answers: KeptAnswers,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(EVERY_MS, 'kept answers are forgotten later', logger);
  }

  protected work(): Promise<void> {
    return this.answers.forgetExpired(AT_ONCE);
  }
}
