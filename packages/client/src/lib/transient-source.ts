import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  type JetStreamManager,
  type JsMsg,
  type StreamInfo,
} from '@nats-io/jetstream';
import { EVENTS_STREAM, type EventSource } from './event-source.js';

const INACTIVE_NANOS = 60_000_000_000;

/**
 * A consumer nobody keeps: the server forgets it a minute after the subscriber left, or when it restarts. The place
 * reached is kept here, as the stream's sequence, and it is made again from there.
 */
export class TransientSource implements EventSource {
  #next: number | undefined;
  #streamCreatedAt: string | undefined;

  /** @param fromBeginning otherwise only what is published from the first `ensure` on. */
  constructor(
    private readonly filter: string | undefined,
    private readonly fromBeginning: boolean,
  ) {}

  async ensure(manager: JetStreamManager): Promise<string> {
    const stream = await manager.streams.info(EVENTS_STREAM);
    const start = this.#startIn(stream);
    this.#streamCreatedAt = stream.created;
    this.#next = start;
    return (await manager.consumers.add(EVENTS_STREAM, this.#configFrom(start))).name;
  }

  handed(message: JsMsg): void {
    this.#next = message.seq + 1;
  }

  acknowledge(): void {
    // Nobody waits for it.
  }

  terminate(): void {
    // It does not come again anyway.
  }

  #startIn({ created, state }: StreamInfo): number {
    if (this.#next === undefined) return this.fromBeginning ? 1 : state.last_seq + 1;
    // A stream that was made anew or rolled back counts from elsewhere: its sequence says nothing, so read it all.
    const continues = created === this.#streamCreatedAt && state.last_seq + 1 >= this.#next;
    return continues ? this.#next : 1;
  }

  #configFrom(start: number): Partial<ConsumerConfig> {
    return {
      filter_subject: this.filter,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: start,
      ack_policy: AckPolicy.None,
      inactive_threshold: INACTIVE_NANOS,
      mem_storage: true,
    };
  }
}
