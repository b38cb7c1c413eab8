import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { EVENTS_STREAM, type EventSource } from './event-source.js';

const ACK_WAIT_NANOS = 30_000_000_000;
/** How many events may be handed out and not yet acknowledged. */
const MAX_UNACKNOWLEDGED = 256;

/** A durable pull consumer: the server remembers what was acknowledged, across restarts of either side. */
export class DurableSource implements EventSource {
  readonly #config: Partial<ConsumerConfig>;

  constructor(
    private readonly name: string,
    filter: string | undefined,
    from: DeliverPolicy,
  ) {
    this.#config = {
      durable_name: name,
      filter_subject: filter,
      deliver_policy: from,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACK_WAIT_NANOS,
      max_ack_pending: MAX_UNACKNOWLEDGED,
    };
  }

  async ensure(manager: JetStreamManager): Promise<string> {
    const existing = await this.#find(manager);
    if (!existing) await manager.consumers.add(EVENTS_STREAM, this.#config);
    else if (existing.config.filter_subject !== this.#config.filter_subject)
      await manager.consumers.update(EVENTS_STREAM, this.name, {
        filter_subject: this.#config.filter_subject,
      });
    // Made again after the server lost it: what was missed meanwhile matters more than a repetition.
    this.#config.deliver_policy = DeliverPolicy.All;
    return this.name;
  }

  handed(): void {
    // The server keeps the place.
  }

  acknowledge(message: JsMsg): void {
    message.ack();
  }

  terminate(message: JsMsg): void {
    message.term();
  }

  async #find(manager: JetStreamManager) {
    try {
      return await manager.consumers.info(EVENTS_STREAM, this.name);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound)
        return undefined;
      throw error;
    }
  }
}
