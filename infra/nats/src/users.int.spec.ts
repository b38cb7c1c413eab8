import { connect } from '@nats-io/transport-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { startNats } from '@gatehouse/testing';
import type { RunningNats } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyStreams } from './apply-streams.js';
import { natsConf } from './nats-conf.js';
import { NATS_USERS } from './users.js';
import type { NatsUser } from './users.js';

const SERVICES = ['issuer', 'gateway', 'audit', 'analytics'] as const;
const passwordOf = (user: NatsUser): string => `password-of-${user}`;

/** What the server said against publishing; `undefined`: nothing. */
async function refusalToPublish(nats: NatsConnection, subject: string): Promise<string | undefined> {
  const objections: string[] = [];
  const statuses = nats.status()[Symbol.asyncIterator]();
  const listening = statuses.next().then(({ value }) => {
    if (value?.type === 'error') objections.push(value.error.message);
  });
  nats.publish(subject, '{}');
  await nats.flush(); // the server's objection comes before its PONG
  await Promise.race([listening, nats.flush()]);
  return objections[0];
}

describe('the NATS users', () => {
  let server: RunningNats;
  const connections: NatsConnection[] = [];

  beforeAll(async () => {
    const passwords = Object.fromEntries(NATS_USERS.map((user) => [user, passwordOf(user)]));
    server = await startNats({ config: natsConf({ passwords: passwords as Record<NatsUser, string> }) });
    await applyStreams(await as('issuer'));
  });
  afterAll(async () => {
    for (const connection of connections) await connection.close();
    await server.stop();
  });

  async function connectWith(options: ConnectionOptions): Promise<NatsConnection> {
    const connection = await connect({ servers: server.url, ...options });
    connections.push(connection);
    return connection;
  }
  const as = (user: NatsUser): Promise<NatsConnection> =>
    connectWith({ user, pass: passwordOf(user), inboxPrefix: `_INBOX.${user}` });
  const anonymously = (): Promise<NatsConnection> => connectWith({});

  it('are known by their passwords only', async () => {
    await expect(connectWith({ user: 'issuer', pass: 'guess' })).rejects.toThrow(/authorization violation/i);
  });

  it.each(SERVICES)('let %s apply the streams at its start', async (user) => {
    await expect(applyStreams(await as(user))).resolves.toBeUndefined();
  });

  it.each([
    ['issuer', 'tokens.issued.acme'],
    ['issuer', 'signals.relay.issuer'],
    ['issuer', 'signals.revoked.issuer'],
    ['gateway', 'requests.logged.acme'],
    ['gateway', 'gateways.config-changed.default'],
    ['gateway', 'signals.applied.gw-1'],
    ['analytics', 'anomalies.detected.acme'],
    ['analytics', 'signals.ingested.analytics'],
  ] as const)('let %s publish %s', async (user, subject) => {
    expect(await refusalToPublish(await as(user), subject)).toBeUndefined();
  });

  it.each([
    ['gateway', 'tokens.revoked.acme'],
    ['gateway', 'signals.relay.issuer'],
    ['gateway', 'signals.revoked.issuer'],
    ['gateway', 'signals.ingested.analytics'],
    ['issuer', 'requests.logged.acme'],
    ['analytics', 'gateways.config-changed.default'],
    ['issuer', 'signals.applied.gw-1'],
    ['audit', 'tokens.issued.acme'],
    ['audit', 'signals.relay.issuer'],
    ['analytics', 'tokens.revoked.acme'],
    ['analytics', 'requests.logged.acme'],
    ['operator', 'tokens.issued.acme'],
  ] as const)('refuse %s to publish %s', async (user, subject) => {
    expect(await refusalToPublish(await as(user), subject)).toMatch(/permissions violation/i);
  });

  it.each(NATS_USERS)('refuse %s to delete, purge or restore a stream', async (user) => {
    const nats = await as(user);
    for (const call of ['STREAM.DELETE', 'STREAM.PURGE', 'STREAM.RESTORE', 'STREAM.MSG.DELETE'])
      expect(await refusalToPublish(nats, `$JS.API.${call}.EVENTS`)).toMatch(/permissions violation/i);
  });

  it.each(['issuer', 'analytics', 'audit'] as const)(
    'let %s consume request batches and acknowledge them',
    async (user) => {
      await jetstream(await as('gateway')).publish('requests.logged.acme', '{"batch":1}');
      const nats = await as(user);
      const manager = await jetstreamManager(nats);
      await manager.consumers.add('REQUESTS', {
        durable_name: user,
        ack_policy: AckPolicy.Explicit,
        filter_subject: 'requests.logged.>',
      });
      const message = await (await jetstream(nats).consumers.get('REQUESTS', user)).next({ expires: 5000 });
      expect(await message?.ackAck()).toBe(true);
    },
  );

  describe('without credentials', () => {
    it('receive events live and from the stream', async () => {
      const nats = await anonymously();
      const live = nats.subscribe('tokens.>', { max: 1 });
      await nats.flush();
      await jetstream(await as('issuer')).publish('tokens.revoked.acme', '{"last":true}');
      for await (const message of live) expect(message.subject).toBe('tokens.revoked.acme');
      const consumer = await jetstream(nats).consumers.get('EVENTS', {
        filter_subjects: 'tokens.revoked.acme',
      });
      expect((await consumer.next({ expires: 5000 }))?.json()).toEqual({ last: true });
    });

    it.each([
      'tokens.revoked.acme',
      'requests.logged.acme',
      'signals.applied.gw-1',
      'signals.relay.issuer',
      'signals.revoked.issuer',
      '$JS.API.STREAM.CREATE.MINE',
      '$JS.API.STREAM.UPDATE.EVENTS',
      '$JS.API.CONSUMER.CREATE.REQUESTS',
      '$JS.API.CONSUMER.DELETE.EVENTS.x',
      'anything',
    ])('may not publish %s', async (subject) => {
      expect(await refusalToPublish(await anonymously(), subject)).toMatch(/permissions violation/i);
    });

    it.each([
      'requests.logged.>',
      'gateways.>',
      'signals.applied.*',
      'signals.revoked.*',
      '>',
      '_INBOX.issuer.>',
    ])('may not subscribe to %s', async (subject) => {
      const nats = await anonymously();
      const refusal = new Promise((resolve) => nats.subscribe(subject, { callback: resolve }));
      await expect(refusal).resolves.toMatchObject({
        message: expect.stringMatching(/permissions violation/i),
      });
    });

    it('do not hear the replies meant for a service, even through a wider inbox', async () => {
      const nats = await anonymously();
      const heard: string[] = [];
      nats.subscribe('_INBOX.>', { callback: (_, message) => void heard.push(message.subject) });
      await nats.flush();
      await applyStreams(await as('gateway'));
      await jetstreamManager(nats); // a reply of its own, after those of the gateway
      expect(heard.filter((subject) => subject.startsWith('_INBOX.gateway'))).toEqual([]);
      expect(heard.length).toBeGreaterThan(0);
    });
  });
});
