import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { GatehouseUnreachable } from '../gatehouse-unreachable.js';

/**
 * Connects once and, from then on, reconnects for ever.
 * @param url `nats://` or `tls://`; userinfo is used as the credentials and goes nowhere else.
 * @throws GatehouseUnreachable when the first connection fails.
 */
export async function connectTo(url: string, name: string): Promise<NatsConnection> {
  const { host, protocol, username, password } = new URL(url);
  const options: ConnectionOptions = {
    servers: host,
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    ...(protocol === 'tls:' ? { tls: {} } : {}),
    ...credentialsOf(decodeURIComponent(username), decodeURIComponent(password)),
  };
  try {
    return await connect(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the connection failed';
    throw new GatehouseUnreachable(`${protocol}//${host}`, reason, { cause: error });
  }
}

type Credentials = Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'inboxPrefix'>;

/** A lone user name is a NATS token, as in `nats://secret@host`. */
function credentialsOf(user: string, pass: string): Credentials {
  if (!user) return {};
  if (!pass) return { token: user };
  // Gatehouse's servers let each user read only its own inboxes.
  return { user, pass, ...(/^[\w-]+$/.test(user) ? { inboxPrefix: `_INBOX.${user}` } : {}) };
}
