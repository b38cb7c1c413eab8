import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { STREAMS } from './streams.js';
import type { StreamDeclaration } from './streams.js';

/** JetStream's answer when a stream of that name exists with another configuration. */
const STREAM_NAME_EXISTS = 10_058;

/**
 * Makes the streams as declared: creates what is missing, changes what differs, leaves what is right. Every service
 * calls it at its start, several at the same time, on nats-server 2.9.10 and later.
 * @throws JetStreamApiError when the server refuses, e.g. for want of disk.
 */
export async function applyStreams(nats: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  for (const declaration of STREAMS) await applyStream(manager, declaration);
}

async function applyStream({ streams }: JetStreamManager, declaration: StreamDeclaration): Promise<void> {
  try {
    // A copy, because the library completes what it is given. Answers the existing stream where nothing differs.
    await streams.add({ ...declaration });
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    await streams.update(declaration.name, { ...declaration });
  }
}

const isNameTaken = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === STREAM_NAME_EXISTS;
