import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/nats-core';
import { jetstreamManager } from '@nats-io/jetstream';
import type { StreamConfig } from '@nats-io/jetstream';
import { startNats } from '@gatehouse/testing';
import type { RunningNats } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyStreams } from './apply-streams.js';
import { STREAMS } from './streams.js';

describe('applyStreams', () => {
  let server: RunningNats;
  let nats: NatsConnection;

  beforeAll(async () => {
    server = await startNats();
    nats = await connect({ servers: server.url });
  });
  afterAll(async () => {
    await nats.close();
    await server.stop();
  });

  const configOf = async (name: string): Promise<StreamConfig> =>
    (await (await jetstreamManager(nats)).streams.info(name)).config;

  it('makes every stream as declared, also when four services start at once', async () => {
    await Promise.all([1, 2, 3, 4].map(() => applyStreams(nats)));
    for (const declaration of STREAMS) expect(await configOf(declaration.name)).toMatchObject(declaration);
  });

  it('leaves a stream that is right and its messages alone', async () => {
    const { streams } = await jetstreamManager(nats);
    const before = await streams.info('EVENTS');
    await nats.request('tokens.issued.test', '{}');
    await applyStreams(nats);
    const after = await streams.info('EVENTS');
    expect(after.created).toBe(before.created);
    expect(after.state.messages).toBe(before.state.messages + 1);
  });

  it('changes a stream that differs from its declaration', async () => {
    const { streams } = await jetstreamManager(nats);
    const declared = await configOf('REQUESTS');
    await streams.update('REQUESTS', { ...declared, max_bytes: 1024, subjects: ['requests.logged.one'] });
    await applyStreams(nats);
    expect(await configOf('REQUESTS')).toEqual(declared);
  });
});
