import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { MessagingLogger } from './logger.js';

/** Where and as whom to connect. */
export interface NatsOptions {
  /** `nats://[user:password@]host:port`; user information becomes credentials and is never logged. */
  url: string;
  /** Shown in the server's connection list. */
  name: string;
  logger?: MessagingLogger;
}

/**
 * Connects to NATS, and keeps trying: a service starts, and stays up, while its broker is away.
 * @returns once the first connection stands.
 */
export async function connectNats({ url, name, logger }: NatsOptions): Promise<NatsConnection> {
  const { username, password, protocol, host } = new URL(url);
  const user = decodeURIComponent(username);
  const connection = await connect({
    servers: host,
    name,
    ...(user ? { user, pass: decodeURIComponent(password), inboxPrefix: `_INBOX.${user}` } : {}),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    maxPingOut: 2,
    noAsyncTraces: true, // two stack traces for every event published, for the rare one that fails
  });
  if (logger) void logStatus(connection, logger);
  return connection;
}

async function logStatus(connection: NatsConnection, logger: MessagingLogger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') logger.warn({}, 'NATS is away');
    if (status.type === 'reconnect') logger.info({}, 'NATS is back');
    if (status.type === 'error') logger.warn({ reason: status.error.message }, 'NATS reports an error');
  }
}
