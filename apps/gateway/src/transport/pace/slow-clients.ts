import { Counter } from '@gatehouse/service';
import { Allowance, type PaceBounds } from './allowance.js';

const CHECK_MS = 1_000;

/** A client whose bytes are waited for, or who has to take some. */
export interface PacedClient {
  readonly side: 'request' | 'answer';
  /** Whether nothing would happen now without it. */
  readonly isAwaited: boolean;
  /** Nobody needs to look any more. */
  readonly isOver: boolean;
  /** What has moved so far. */
  readonly bytes: number;
  /** `performance.now()` when it is too late, however fast it is. */
  readonly deadline: number;
  /** It was too slow. */
  cutOff(): void;
}

interface Watched {
  readonly allowance: Allowance;
  bytes: number;
}

const cutOffs = new Counter({
  name: 'gatehouse_gateway_slow_clients_total',
  help: 'Requests and answers that were ended because their client was too slow',
  labelNames: ['side'],
});

/** Looks after the clients of a listener that may be slow, all of them once a second: none has a timer of its own. */
export class SlowClients {
  private readonly watched = new Map<PacedClient, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private checkedAt = 0;

  constructor(private readonly bounds: PaceBounds) {}

  start(): void {
    this.checkedAt = performance.now();
    this.timer = setInterval(() => this.check(), CHECK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  watch(client: PacedClient): void {
    this.watched.set(client, { allowance: new Allowance(this.bounds), bytes: client.bytes });
  }

  forget(client: PacedClient): void {
    this.watched.delete(client);
  }

  private check(): void {
    const now = performance.now();
    // A process that stood still itself has not waited for anybody.
    const waitedMs = Math.min(now - this.checkedAt, 2 * CHECK_MS);
    this.checkedAt = now;
    for (const [client, watched] of this.watched) {
      if (client.isOver) {
        this.watched.delete(client);
        continue;
      }
      const bytes = client.bytes - watched.bytes;
      watched.bytes = client.bytes;
      const isFastEnough = watched.allowance.note(client.isAwaited ? waitedMs : 0, bytes);
      if (isFastEnough && now < client.deadline) continue;
      this.watched.delete(client);
      cutOffs.inc({ side: client.side });
      client.cutOff();
    }
  }
}
