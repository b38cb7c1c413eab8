import { type GatehouseEvent, subjectOf } from '@gatehouse/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** Plays the issuer's relay: owns the EVENTS stream of a test's NATS server. */
export class EventStream {
  private constructor(private readonly nats: Awaited<ReturnType<typeof connect>>) {}

  static async at(url: string): Promise<EventStream> {
    const stream = new EventStream(await connect({ servers: new URL(url).host, maxReconnectAttempts: -1 }));
    await stream.create();
    return stream;
  }

  async create(): Promise<void> {
    const manager = await jetstreamManager(this.nats);
    await manager.streams.add({ name: 'EVENTS', subjects: ['tokens.>'] });
  }

  async delete(): Promise<void> {
    await (await jetstreamManager(this.nats)).streams.delete('EVENTS');
  }

  async publish(...events: GatehouseEvent[]): Promise<void> {
    for (const event of events) await this.publishRaw(subjectOf(event), JSON.stringify(event));
  }

  async publishRaw(subject: string, payload: string): Promise<void> {
    await jetstream(this.nats).publish(subject, payload);
  }

  /** Consumers on the stream, so that a test can wait until its subscriber is in place. */
  async consumerCount(): Promise<number> {
    return (await (await jetstreamManager(this.nats)).streams.info('EVENTS')).state.consumer_count;
  }

  close(): Promise<void> {
    return this.nats.close();
  }
}
