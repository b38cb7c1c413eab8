import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@gatehouse/service';
import { SinkDelivered, SinkFailing, SinkLag } from '../audit.metrics.js';
import { retryDeadLetters } from './dead-letter-retry.js';
import type { DeadLetters } from './dead-letters.js';
import { EntryDelivery } from './entry-delivery.js';
import type { OutgoingEntries } from './outgoing-entries.js';
import type { Outlet } from './outlet.js';
import { OutletClosed } from './outlet.js';
import type { ConfiguredSink } from './sinks.config.js';
import type { SinkRow, SinkStore } from './sink-store.js';

const PAGE = 100;
/** How often a sink looks for news, and for what somebody has told it. */
const LOOK_MS = 500;
const RETRY_MAX_MS = 60_000;
/** Past it a sink halts: so many refusals are no single entry's fault. */
export const MOST_DEAD_LETTERS = 10_000;

/** What every sink works with. */
export interface RunnerParts {
  store: SinkStore;
  letters: DeadLetters;
  entries: OutgoingEntries;
  logger: Logger;
}

/** Sends the log's entries to one sink, behind the tree that was signed, at the sink's own pace. */
export class SinkRunner {
  private readonly stopping = new AbortController();
  private readonly delivery: EntryDelivery;
  private running: Promise<void> | undefined;
  private failures = 0;
  private epoch = -1;

  constructor(
    private readonly sink: ConfiguredSink,
    private readonly outlet: Outlet,
    private readonly parts: RunnerParts,
  ) {
    const { name, tries } = sink.spec;
    this.delivery = new EntryDelivery({ sink: name, tries, outlet, letters: parts.letters });
  }

  /** Returns at once. */
  start(): void {
    this.running = this.run();
  }

  /** Returns once nothing is being sent any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.outlet.close();
  }

  private get name(): string {
    return this.sink.spec.name;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const restMs = await this.attempt();
      if (restMs > 0) await pause(restMs, undefined, { signal }).catch(() => undefined); // cut short by stop
    }
  }

  /** @returns how long to rest before the next. */
  private async attempt(): Promise<number> {
    try {
      const moved = await this.step();
      if (moved) this.failures = 0;
      SinkFailing.set({ sink: this.name }, this.failures > 0 ? 1 : 0);
      return moved ? 0 : LOOK_MS;
    } catch (error) {
      if (!this.stopping.signal.aborted) await this.fail(error);
      return Math.min(LOOK_MS * 2 ** Math.min(this.failures, 10), RETRY_MAX_MS) * (0.5 + Math.random() / 2);
    }
  }

  /** @returns whether there was something to do. */
  private async step(): Promise<boolean> {
    const { store, letters, entries } = this.parts;
    const row = await store.read(this.name);
    if (row.paused) return false;
    if (
      await retryDeadLetters({ sink: this.name, outlet: this.outlet, letters, entries }, this.stopping.signal)
    ) {
      await store.advance(this.name, row.epoch, row.position);
      return true;
    }
    return (await letters.count(this.name)) < MOST_DEAD_LETTERS && this.sendPage(row);
  }

  private async sendPage({ position, epoch }: SinkRow): Promise<boolean> {
    const { spec } = this.sink;
    const page = await this.parts.entries.page(position, spec, PAGE);
    SinkLag.set({ sink: this.name }, page.size - position);
    if (page.next === position) return false;
    if (epoch !== this.epoch) this.delivery.forget(); // somebody has set the position
    this.epoch = epoch;
    await this.delivery.deliver(page.entries, this.stopping.signal);
    await this.parts.store.advance(this.name, epoch, page.next);
    this.delivery.forget();
    SinkDelivered.inc({ sink: this.name }, page.entries.length);
    SinkLag.set({ sink: this.name }, page.size - page.next);
    return true;
  }

  private async fail(error: unknown): Promise<void> {
    const { store, logger } = this.parts;
    const message = error instanceof Error ? error.message : String(error);
    if (this.failures === 0)
      logger.warn({ sink: this.name, err: error }, 'a sink takes nothing, trying again');
    this.failures += 1;
    SinkFailing.set({ sink: this.name }, 1);
    try {
      await store.failed(this.name, message);
      if (error instanceof OutletClosed) await store.setPaused(this.name, true);
    } catch (cause) {
      logger.warn({ sink: this.name, err: cause }, 'how a sink is doing could not be written down');
    }
  }
}
