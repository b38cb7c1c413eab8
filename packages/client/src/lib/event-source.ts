import type { JetStreamManager, JsMsg } from '@nats-io/jetstream';

/** The stream of everything but request records (declared in `infra/nats`). */
export const EVENTS_STREAM = 'EVENTS';

/** The JetStream consumer behind one subscription: knows how to make it again after it was lost. */
export interface EventSource {
  /** Finds or makes the consumer and returns its name. */
  ensure(manager: JetStreamManager): Promise<string>;
  /** Tells the source that the subscriber has been handed the message. */
  handed(message: JsMsg): void;
  /** The subscriber has done its work with the message. */
  acknowledge(message: JsMsg): void;
  /** Nobody can ever do anything with the message. */
  terminate(message: JsMsg): void;
}
