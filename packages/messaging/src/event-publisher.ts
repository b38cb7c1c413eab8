import { type GatehouseEvent, subjectOf } from '@gatehouse/contracts';
import { jetstream, type JetStreamClient, PubHeaders } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core';

/** What JetStream answered. Not a durable acknowledgement: Postgres, or the spool, is the truth. */
export interface PublishReceipt {
  seq: number;
  /** The broker had this message id already, within its de-duplication window. */
  duplicate: boolean;
}

/** Publishes events to JetStream on the subject their type and tenant decide. */
export class EventPublisher {
  private readonly client: JetStreamClient;

  constructor(private readonly nats: NatsConnection) {
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

  /**
   * Publishes events that follow one another, for one answer: each names the one before, and the broker refuses whatever
   * does not follow the last that it took. So it has taken all of them when it takes the last, or had it already.
   * @param previousId the event before the first; absent when it is not known what the broker took last.
   * @throws as {@link publish}. The broker may have taken any number of the first ones: publish all of them again.
   */
  async publishInOrder(events: readonly GatehouseEvent[], previousId?: string): Promise<void> {
    let expectLastMsgId = previousId;
    for (const event of events.slice(0, -1)) {
      this.nats.publish(subjectOf(event), JSON.stringify(event), {
        headers: headersOf(event, expectLastMsgId),
      });
      expectLastMsgId = event.id;
    }
    const last = events.at(-1);
    if (last) await this.publish(last, { ...(expectLastMsgId && { expectLastMsgId }) });
  }
}

function headersOf({ id }: GatehouseEvent, expectLastMsgId: string | undefined): MsgHdrs {
  const named = headers();
  named.set(PubHeaders.MsgIdHdr, id);
  if (expectLastMsgId) named.set(PubHeaders.ExpectedLastMsgIdHdr, expectLastMsgId);
  return named;
}
