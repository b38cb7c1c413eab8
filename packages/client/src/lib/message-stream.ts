import { setTimeout as delay } from 'node:timers/promises';
import {
  type ConsumerMessages,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { EVENTS_STREAM, type EventSource } from './event-source.js';

const RETRY_MS = 500;
/** Two missed heartbeats make the library look for the consumer: so a lost one is noticed within this time twice. */
const HEARTBEAT_MS = 2_000;
const PULL = { max_messages: 128, expires: 30_000, idle_heartbeat: HEARTBEAT_MS } as const;

/**
 * The messages of a source, for ever: when the server restarts or its store is lost, the consumer is made again.
 * @throws what the first attempt throws; later ones are tried again until `signal` says stop.
 */
export async function* messageStream(
  nats: NatsConnection,
  source: EventSource,
  signal: AbortSignal,
): AsyncGenerator<JsMsg, void> {
  let messages: ConsumerMessages | undefined = await open(nats, source);
  while (!signal.aborted && !nats.isClosed()) {
    if (messages) yield* handOut(messages, source, signal);
    if (signal.aborted) return;
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    messages = await open(nats, source).catch(() => undefined);
  }
}

async function open(nats: NatsConnection, source: EventSource): Promise<ConsumerMessages> {
  const manager: JetStreamManager = await jetstreamManager(nats, { checkAPI: false });
  const name = await source.ensure(manager);
  const consumer = await jetstream(nats).consumers.get(EVENTS_STREAM, name);
  return consumer.consume({ ...PULL, abort_on_missing_resource: true });
}

/** Ends, rather than throws, when the consumer is lost. */
async function* handOut(
  messages: ConsumerMessages,
  source: EventSource,
  signal: AbortSignal,
): AsyncGenerator<JsMsg, void> {
  const stop = () => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const message of messages) {
      source.handed(message);
      yield message;
    }
  } catch {
    // The consumer is gone; the caller's loop makes it again.
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
