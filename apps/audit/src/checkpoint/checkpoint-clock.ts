import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { CheckpointAge, LogSize } from '../audit.metrics.js';
import { Halts } from '../halts.js';
import { LogMirror } from '../tiles/log-mirror.js';
import { Witnesses } from '../witness/witnesses.js';
import { CheckpointSigner } from './checkpoint-signer.js';
import { SplitView } from './split-view.js';

const NEWS_MS = 1_000;
const REST_MS = 60_000;

/**
 * Decides when to sign: at once when a leaf comes after a quiet second, else when the last checkpoint is a second old;
 * once a minute without any news, which checks the tree against what was signed.
 */
@Injectable()
export class CheckpointClock {
  private timer: NodeJS.Timeout | undefined;
  private signing: Promise<void> | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;
  private news = false;
  private running = false;

  constructor(
    @Inject(CheckpointSigner) private readonly signer: CheckpointSigner,
    @Inject(LogMirror) private readonly mirror: LogMirror,
    @Inject(Witnesses) private readonly witnesses: Witnesses,
    @Inject(Halts) private readonly halts: Halts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Signs what is there: leaves appended just before a crash get their checkpoint now. */
  start(): void {
    this.running = true;
    this.announce();
  }

  /** Leaves were appended. */
  announce(): void {
    this.news = true;
    this.schedule();
  }

  /** Returns once nothing is being signed, cosigned or mirrored any more. */
  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    await this.signing;
    await this.witnesses.stop();
    await this.mirror.stop();
  }

  private schedule(): void {
    if (!this.running || this.signing) return; // after signing, this is called again
    const dueAt = this.lastAt + (this.news ? NEWS_MS : REST_MS);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ring(), Math.max(0, dueAt - performance.now()));
  }

  private ring(): void {
    this.news = false;
    this.signing = this.sign().finally(() => {
      this.lastAt = performance.now();
      this.signing = undefined;
      this.schedule();
    });
  }

  private async sign(): Promise<void> {
    try {
      const checkpoint = await this.signer.sign();
      this.mirror.show(checkpoint);
      this.witnesses.show(checkpoint);
      LogSize.set(checkpoint.size);
      CheckpointAge.signed();
      this.halts.clear('checkpoint');
    } catch (error) {
      this.news = true; // try again in a second
      if (error instanceof SplitView) this.halts.raise('checkpoint', error);
      else this.logger.warn({ err: error }, 'no checkpoint could be signed, trying again');
    }
  }
}
