import {
  BatchesIngested,
  filterFor,
  parseEvent,
  type RequestLogged,
  type RequestRecord,
} from '@gatehouse/contracts';
import { BatchConsumer, sendSignal } from '@gatehouse/messaging';
import type { NatsConnection } from '@nats-io/nats-core';

/** Takes batches as analytics does: strictly in order, part by part, and announces how far it is. */
export class Ingestion {
  readonly records: RequestRecord[] = [];
  /** Every event received, repeats included. */
  readonly received: RequestLogged[] = [];
  watermark = 0;
  /** While false, batches are taken but nothing is announced. */
  announcing = true;
  private parts = new Set<number>();
  private readonly consumer: BatchConsumer;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly nats: NatsConnection) {
    this.consumer = new BatchConsumer({
      nats,
      stream: 'REQUESTS',
      durable: 'test',
      filter: filterFor('RequestLogged'),
      batch: 50,
      logger: { info() {}, warn() {}, error() {} },
      handle: async (messages) => messages.map(({ json }) => this.take(parseEvent(json) as RequestLogged)),
    });
    this.consumer.start();
    this.timer = setInterval(() => this.announce(), 1_000);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.consumer.stop();
  }

  private take(event: RequestLogged): 'ack' | 'retry' {
    this.received.push(event);
    const { batch, part, parts, oldest, records } = event.data;
    if (batch <= this.watermark || this.parts.has(part)) return 'ack';
    if (batch !== this.watermark + 1 && batch !== oldest) return 'retry';
    this.records.push(...records);
    this.parts.add(part);
    if (this.parts.size === parts) {
      this.watermark = batch;
      this.parts = new Set();
      this.announce();
    }
    return 'ack';
  }

  private announce(): void {
    const gateway = this.received[0]?.data.gateway;
    if (gateway && this.announcing)
      sendSignal(this.nats, BatchesIngested, 'test', { gateway, batch: this.watermark });
  }
}
