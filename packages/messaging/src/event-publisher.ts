import { type GatehouseEvent, subjectOf } from '@gatehouse/contracts';
import { jetstream, type JetStreamClient, PubHeaders } from '@nats-io/jetstream';
import { MsgHdrsImpl, type NatsConnection } from '@nats-io/nats-core';

/** What JetStream answered. Not a durable acknowledgement: Postgres, or the spool, is the truth. */
export interface PublishReceipt {
  seq: number;
  /** The broker had this message id already, within its de-duplication window. */
  duplicate: boolean;
}

/** An event that is written down already, as it will travel. */
export interface WrittenEvent {
  id: string;
  /** From `subjectOf`. */
  subject: string;
  json: string;
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
  async publishInOrder(events: readonly WrittenEvent[], previousId?: string): Promise<void> {
    const headers = new RunHeaders(previousId);
    for (const { id, subject, json } of events.slice(0, -1)) {
      headers.follow(id);
      this.nats.publish(subject, json, { headers });
    }
    const last = events.at(-1);
    if (!last) return;
    const lastMsgID = headers.id;
    await this.client.publish(last.subject, last.json, {
      msgID: last.id,
      ...(lastMsgID && { expect: { lastMsgID } }),
    });
  }
}

const ENCODER = new TextEncoder();

/** What each event of a run says of itself and the one before: written at once, where setting them one by one costs more than the rest. */
class RunHeaders extends MsgHdrsImpl {
  #previousId: string | undefined;

  /** @param id of the event before the run. */
  constructor(public id: string | undefined) {
    super();
  }

  follow(id: string): void {
    this.#previousId = this.id;
    this.id = MsgHdrsImpl.validHeaderValue(id);
  }

  override encode(): Uint8Array {
    const expected = this.#previousId ? `${PubHeaders.ExpectedLastMsgIdHdr}: ${this.#previousId}\r\n` : '';
    return ENCODER.encode(`NATS/1.0\r\n${PubHeaders.MsgIdHdr}: ${this.id}\r\n${expected}\r\n`);
  }
}
