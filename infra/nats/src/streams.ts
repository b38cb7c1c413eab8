import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MIB = 1024 * 1024;

/** A stream as declared here: the limits are explicit, because the server's defaults have none. */
export type StreamDeclaration = Pick<
  StreamConfig,
  | 'name'
  | 'description'
  | 'subjects'
  | 'storage'
  | 'retention'
  | 'discard'
  | 'max_age'
  | 'max_bytes'
  | 'max_msg_size'
  | 'duplicate_window'
  | 'num_replicas'
  | 'deny_delete'
  | 'deny_purge'
>;

const inCommon = {
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  // Owners keep the truth (the event store, the spool) and can publish again; a full stream must not stop them.
  discard: DiscardPolicy.Old,
  max_msg_size: MIB,
  // An optimisation only: consumers are idempotent by event id.
  duplicate_window: nanos(2 * MINUTE_MS),
  num_replicas: 1,
  deny_delete: true,
  deny_purge: true,
} as const;

/** Facts of token, key, application, people, tenant and catalogue life, and alarms: small, kept for a week of catching up. */
export const EVENTS: StreamDeclaration = {
  ...inCommon,
  name: 'EVENTS',
  description:
    'What happened to tokens, keys, applications, people, tenants and the catalogue, and what looks wrong',
  subjects: ['tokens.>', 'keys.>', 'apps.>', 'users.>', 'tenants.>', 'catalog.>', 'anomalies.>'],
  max_age: nanos(7 * DAY_MS),
  max_bytes: 512 * MIB,
};

/**
 * What gateways say: batches of request records on their way to analytics, which gateways keep until analytics holds
 * them, and changes of their configuration, which they say again at every start.
 */
export const REQUESTS: StreamDeclaration = {
  ...inCommon,
  name: 'REQUESTS',
  description: 'Requests answered by gateways, in numbered batches, and changes of their configuration',
  subjects: ['requests.logged.>', 'gateways.config-changed.>'],
  max_age: nanos(3 * DAY_MS),
  max_bytes: 1024 * MIB,
};

/** Every stream there is. No other place creates one. */
export const STREAMS: readonly StreamDeclaration[] = [EVENTS, REQUESTS];
