import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Inject } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Deadline } from '../../deadline.js';
import { OutgoingEntries } from '../outgoing-entries.js';

const LOOK_MS = 250;
/** More do not wait: they are answered at once, and ask again. */
const MOST_WAITING = 1_000;

/** Tells those who wait that the log has grown: one look for all of them. */
@Injectable()
export class Arrivals implements OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<(size: number) => void>();
  private looking = false;

  constructor(@Inject(OutgoingEntries) private readonly entries: OutgoingEntries) {}

  /** Resolves once more than `size` leaves are covered by a checkpoint, after `ms`, or at once when too many wait. */
  async beyond(size: number, ms: number): Promise<void> {
    if (ms <= 0 || this.waiting.size >= MOST_WAITING) return;
    const deadline = new Deadline(this.stopping.signal, ms);
    await new Promise<void>((resolve) => {
      const onSize = (now: number) => {
        if (now > size) end();
      };
      const end = () => {
        this.waiting.delete(onSize);
        deadline.clear();
        resolve();
      };
      this.waiting.add(onSize);
      deadline.signal.addEventListener('abort', end, { once: true });
      if (deadline.signal.aborted) end();
      if (!this.looking) void this.look();
    });
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiting.size > 0) {
      // While the database is away there is no news; whoever waits is answered when the time is up.
      const size = await this.entries.size().catch(() => -1);
      for (const tell of this.waiting) tell(size);
      await pause(LOOK_MS);
    }
    this.looking = false;
  }
}
