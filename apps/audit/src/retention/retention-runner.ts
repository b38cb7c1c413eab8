import { setTimeout as pause } from 'node:timers/promises';
import type { RetentionRun } from '@gatehouse/contracts';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { LogMirror } from '../tiles/log-mirror.js';
import { Expirer } from './expirer.js';
import { Retention } from './retention.js';
import { RetentionStore } from './retention-store.js';

const BATCH = 4096;
const LOOK_MS = 1_000;
const BETWEEN_RUNS_MS = 24 * 3_600_000;

/**
 * Carries runs out, for as long as this instance is the writer: one that was cut short goes on where it was. Begins one of
 * its own once a day, when something is due.
 */
@Injectable()
export class RetentionRunner {
  private running: Promise<void> | undefined;
  private stopping = new AbortController();
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(Retention) private readonly retention: Retention,
    @Inject(RetentionStore) private readonly store: RetentionStore,
    @Inject(Expirer) private readonly expirer: Expirer,
    @Inject(LogMirror) private readonly mirror: LogMirror,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Returns at once. */
  start(): void {
    this.stopping = new AbortController();
    this.running = this.run(this.stopping.signal);
  }

  /** Returns after the batch under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const run = await this.store.lastRun();
        if (run?.endedAt === null) {
          if (await this.step(run)) continue;
        } else await this.daily();
      } catch (error) {
        this.logger.warn({ err: error }, 'retention cannot go on, trying again');
      }
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined); // cut short by stop
    }
  }

  /** One batch; counted as done only once no file of the mirror holds the bodies. @returns whether it moved. */
  private async step(run: RetentionRun): Promise<boolean> {
    if (run.done >= run.through) {
      await this.retention.end(run);
      return true;
    }
    const past = Math.min(run.done + BATCH, run.through);
    const batch = await this.expirer.expire(run.run, run.done, past);
    await this.mirror.forget({ from: run.done, to: batch.reached }, run.through);
    await this.store.advance(run.run, run.done, batch);
    return batch.reached > run.done;
  }

  private async daily(): Promise<void> {
    if (performance.now() - this.lookedAt < BETWEEN_RUNS_MS) return;
    await this.retention.start('system:audit');
    this.lookedAt = performance.now();
  }
}
