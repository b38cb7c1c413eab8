import type { GatewayConfigChanged } from '@gatehouse/contracts';
import { EventPublisher } from '@gatehouse/messaging';
import type { Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Wake } from '../records/wake.js';
import type { ConfigJournal } from './config-journal.js';

const RETRY_MS = 1_000;
const IDLE_MS = 60_000;

/**
 * Publishes the changes of the journal in order, all of them at every start: JetStream's answer proves nothing for good,
 * and who logs them knows each by its id.
 */
export class ConfigAnnouncer {
  private readonly announced = new WeakSet<GatewayConfigChanged>();
  private readonly wake = new Wake();
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly journal: ConfigJournal,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  start(nats: NatsConnection): void {
    this.journal.onEvent = () => this.wake.up();
    this.running = this.run(new EventPublisher(nats));
  }

  /** Returns when a publication under way has ended; what was not announced is at the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake.up();
    await this.running;
  }

  private async run(publisher: EventPublisher): Promise<void> {
    while (!this.stopped) await this.wake.within((await this.announceAll(publisher)) ? IDLE_MS : RETRY_MS);
  }

  private async announceAll(publisher: EventPublisher): Promise<boolean> {
    for (const event of this.journal.events) {
      if (this.stopped || this.announced.has(event)) continue;
      try {
        await publisher.publish(event);
        this.announced.add(event);
      } catch (error) {
        this.logger.warn({ reason: String(error) }, 'a change of the configuration is not announced yet');
        return false;
      }
    }
    return true;
  }
}
