import { setTimeout as pause } from 'node:timers/promises';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { SearchLag } from '../audit.metrics.js';
import { BLOCK, SearchIndex, SLICE } from './search-index.js';

const LOOK_EVERY_MS = 250;
const RETRY_MS = 1_000;
/** How long it rests, measured by how long a slice took: the log and its proofs come first. */
const REST = 1;
/** While more is appended than a slice at a time. */
const REST_IN_A_FLOOD = 10;

/**
 * Follows the log and makes its leaves findable, for as long as this instance is the writer. A slice at a time; while it is
 * far behind it rests after each, longer while a backlog is being taken in.
 */
@Injectable()
export class SearchIndexer {
  private running: Promise<void> | undefined;
  private stopping = new AbortController();
  private wake: () => void = () => {};

  constructor(
    @Inject(SearchIndex) private readonly index: SearchIndex,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Goes on from what is there. Returns at once. */
  start(): void {
    this.stopping = new AbortController();
    this.running = this.run(this.stopping.signal);
  }

  /** Leaves were appended. */
  announce(): void {
    this.wake();
  }

  /** Returns after the slice under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    let leavesBefore = Number.POSITIVE_INFINITY;
    while (!signal.aborted) {
      try {
        const startedAt = performance.now();
        const { leaves, lag } = await this.index.extend();
        SearchLag.set(lag);
        if (lag === 0) await this.news();
        else if (lag > BLOCK) {
          const factor = leaves - leavesBefore >= SLICE ? REST_IN_A_FLOOD : REST;
          await this.rest(factor * (performance.now() - startedAt), signal);
        }
        leavesBefore = leaves;
      } catch (error) {
        this.logger.warn({ err: error }, 'search cannot follow the log, trying again');
        await this.rest(RETRY_MS, signal);
      }
    }
  }

  /** Returns when leaves were appended, or soon: another instance may have appended them. */
  private news(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.stopping.signal.aborted) this.wake();
    });
  }

  private async rest(ms: number, signal: AbortSignal): Promise<void> {
    await pause(ms, undefined, { signal }).catch(() => undefined); // cut short by stop
  }
}
