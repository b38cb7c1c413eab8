import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { CheckpointClock } from './checkpoint/checkpoint-clock.js';
import { IssuerIntake } from './intake/issuer-intake.js';
import { RequestIntake } from './intake/request-intake.js';
import { Sinks } from './sinks/sinks.js';
import { WriterLock } from './log/writer-lock.js';
import type { LockHolder } from './log/writer-lock.js';
import { RetentionRunner } from './retention/retention-runner.js';
import { SearchIndexer } from './search/search-indexer.js';

/** The life of a leaf, as long as this instance is the writer: taken in, appended, signed, sent on. */
@Injectable()
export class LogWriter implements LockHolder, OnApplicationBootstrap {
  constructor(
    @Inject(WriterLock) private readonly lock: WriterLock,
    @Inject(IssuerIntake) private readonly issuer: IssuerIntake,
    @Inject(RequestIntake) private readonly requests: RequestIntake,
    @Inject(CheckpointClock) private readonly clock: CheckpointClock,
    @Inject(Sinks) private readonly sinks: Sinks,
    @Inject(SearchIndexer) private readonly search: SearchIndexer,
    @Inject(RetentionRunner) private readonly retention: RetentionRunner,
  ) {}

  onApplicationBootstrap(): void {
    this.lock.keep(this);
  }

  async start(): Promise<void> {
    this.clock.start();
    this.search.start();
    await this.issuer.start();
    this.requests.start();
    await this.sinks.start();
    this.retention.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.issuer.stop(), this.requests.stop(), this.sinks.stop(), this.retention.stop()]);
    await Promise.all([this.clock.stop(), this.search.stop()]);
  }
}
