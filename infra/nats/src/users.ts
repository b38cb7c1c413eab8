import { EVENTS, REQUESTS, STREAMS } from './streams.js';
import type { StreamDeclaration } from './streams.js';

/** Who may connect. `subscriber` is also what a connection without credentials becomes: it reads events, no more. */
export const NATS_USERS = ['issuer', 'gateway', 'audit', 'analytics', 'operator', 'subscriber'] as const;
export type NatsUser = (typeof NATS_USERS)[number];

/** Subjects one user may publish to and subscribe to; `deny` wins over `allow`. */
export interface Permissions {
  publish: { allow: readonly string[]; deny?: readonly string[] };
  subscribe: { allow: readonly string[]; deny?: readonly string[] };
}

/** Only what each service needs; its replies come to inboxes of its own that nobody else may read. */
export const PERMISSIONS: Record<NatsUser, Permissions> = {
  issuer: service('issuer', {
    publish: [
      'tokens.>',
      'keys.>',
      'apps.>',
      'users.>',
      'tenants.>',
      'catalog.>',
      'signals.relay.*',
      'signals.revoked.*',
      ...readStream(EVENTS),
      ...readStream(REQUESTS),
    ],
    subscribe: ['anomalies.>', 'signals.applied.*'],
  }),
  gateway: service('gateway', {
    publish: [...REQUESTS.subjects, 'signals.applied.*', ...readStream(EVENTS)],
    subscribe: [...EVENTS.subjects, 'signals.relay.*', 'signals.revoked.*', 'signals.ingested.*'],
  }),
  audit: service('audit', {
    publish: [...readStream(EVENTS), ...readStream(REQUESTS)],
    subscribe: [...EVENTS.subjects, ...REQUESTS.subjects, 'signals.relay.*'],
  }),
  analytics: service('analytics', {
    publish: ['anomalies.>', 'signals.ingested.*', ...readStream(EVENTS), ...readStream(REQUESTS)],
    subscribe: ['tokens.>', 'apps.>', 'catalog.>', 'requests.logged.>', 'signals.relay.*'],
  }),
  operator: {
    publish: { allow: ['$JS.API.>', '$JS.ACK.>', '$SYS.REQ.USER.INFO'], deny: destructiveCalls() },
    subscribe: { allow: ['>'] },
  },
  subscriber: {
    publish: { allow: ['$JS.API.INFO', '$JS.API.STREAM.NAMES', ...readStream(EVENTS)] },
    subscribe: {
      allow: [...EVENTS.subjects, 'signals.relay.*', '_INBOX.>'],
      deny: NATS_USERS.filter((user) => user !== 'subscriber').map(inboxesOf),
    },
  },
};

/** Where the replies to one user's requests arrive: a client sets `inboxPrefix` to `_INBOX.<user>`. */
function inboxesOf(user: NatsUser): string {
  return `_INBOX.${user}.>`;
}

function service(user: NatsUser, own: { publish: string[]; subscribe: string[] }): Permissions {
  return {
    publish: { allow: [...own.publish, ...declareStreams()], deny: destructiveCalls() },
    subscribe: { allow: [...own.subscribe, inboxesOf(user)] },
  };
}

/** What `applyStreams` calls. */
function declareStreams(): string[] {
  const calls = STREAMS.flatMap(({ name }) => ['CREATE', 'UPDATE', 'INFO'].map((verb) => `${verb}.${name}`));
  return ['$JS.API.INFO', ...calls.map((call) => `$JS.API.STREAM.${call}`)];
}

/**
 * What a consumer of a stream calls. A subject cannot say where a push consumer delivers to, so who may create a
 * consumer may have old events repeated elsewhere: receivers check what they get.
 */
function readStream({ name }: StreamDeclaration): string[] {
  return [
    `$JS.API.STREAM.INFO.${name}`,
    `$JS.API.CONSUMER.CREATE.${name}`,
    `$JS.API.CONSUMER.CREATE.${name}.>`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${name}.*`,
    `$JS.API.CONSUMER.INFO.${name}.*`,
    `$JS.API.CONSUMER.MSG.NEXT.${name}.*`,
    `$JS.ACK.${name}.>`,
    `$JS.FC.${name}.>`,
  ];
}

/** Nobody needs these over the network: the streams are transport, and what they carry can be published again. */
function destructiveCalls(): string[] {
  return ['DELETE.*', 'PURGE.*', 'RESTORE.*', 'MSG.DELETE.*'].map((call) => `$JS.API.STREAM.${call}`);
}
