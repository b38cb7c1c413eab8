import { type ConsumerMessages, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';

const STREAM = 'BENCH';
const SUBJECT = 'bench.bare';
/** About as large as a TokenRevoked event. */
const PAYLOAD = 'x'.repeat(600);

/** What NATS alone costs: one message through a JetStream stream on disk, from publish to delivery. */
export class BareDelivery {
  private constructor(
    private readonly publisher: NatsConnection,
    private readonly subscriber: NatsConnection,
    private readonly messages: ConsumerMessages,
    private readonly delivered: AsyncIterator<unknown>,
  ) {}

  static async through(url: string): Promise<BareDelivery> {
    const { host } = new URL(url);
    const [publisher, subscriber] = [await connect({ servers: host }), await connect({ servers: host })];
    const manager = await jetstreamManager(subscriber);
    await manager.streams.add({ name: STREAM, subjects: [SUBJECT], storage: StorageType.File });
    const messages = await (await jetstream(subscriber).consumers.get(STREAM)).consume();
    return new BareDelivery(publisher, subscriber, messages, messages[Symbol.asyncIterator]());
  }

  /** Milliseconds from the publish to the delivery. */
  async measure(): Promise<number> {
    const start = performance.now();
    const published = jetstream(this.publisher).publish(SUBJECT, PAYLOAD);
    await this.delivered.next();
    const elapsedMs = performance.now() - start;
    await published;
    return elapsedMs;
  }

  async close(): Promise<void> {
    // `messages.close` would wait for somebody to read on.
    this.messages.stop();
    await Promise.all([this.publisher.close(), this.subscriber.close()]);
  }
}
