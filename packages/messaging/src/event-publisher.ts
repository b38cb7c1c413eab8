import { type GatehouseEvent, subjectOf } from '@gatehouse/contracts';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';

/** What JetStream answered. Not a durable acknowledgement: Postgres, or the spool, is the truth. */
export interface PublishReceipt {
  seq: number;
  /** The broker had this message id already, within its de-duplication window. */
  duplicate: boolean;
}

/** Publishes events to JetStream on the subject their type and tenant decide. */
export class EventPublisher {
  private readonly client: JetStreamClient;

  constructor(nats: NatsConnection) {
    this.client = jetstream(nats, { timeout: 5_000 });
  }

  /**
   * @param options `msgId` defaults to the event id; `expectLastMsgId` refuses the message unless it follows that one.
   * @throws JetStreamApiError when the stream is missing or the expectation fails; TimeoutError when nobody answers.
   */
  async publish(
    event: GatehouseEvent,
    options: { msgId?: string; expectLastMsgId?: string } = {},
  ): Promise<PublishReceipt> {
    const { seq, duplicate } = await this.client.publish(subjectOf(event), JSON.stringify(event), {
      msgID: options.msgId ?? event.id,
      ...(options.expectLastMsgId ? { expect: { lastMsgID: options.expectLastMsgId } } : {}),
    });
    return { seq, duplicate };
  }
}
