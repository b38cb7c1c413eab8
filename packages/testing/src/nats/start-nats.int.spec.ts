import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats } from './start-nats.js';
import type { RunningNats } from './start-nats.js';

describe('startNats', () => {
  let nats: RunningNats;

  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  async function stored(): Promise<number> {
    const connection = await connect({ servers: nats.url });
    try {
      return (await (await jetstreamManager(connection)).streams.info('KEPT')).state.messages;
    } finally {
      await connection.close();
    }
  }

  it('runs JetStream, and keeps an acknowledged message over a SIGKILL', async () => {
    const connection = await connect({ servers: nats.url });
    await (await jetstreamManager(connection)).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await jetstream(connection).publish('kept.one', 'x');
    await connection.close();
    const before = nats.pid;
    await nats.kill();
    await expect(connect({ servers: nats.url, maxReconnectAttempts: 0 })).rejects.toThrow(/refused/);
    await nats.restart();
    expect(nats.pid).not.toBe(before);
    expect(await stored()).toBe(1);
  });

  it('says why a server did not start', async () => {
    await expect(startNats({ config: 'no_such_setting: {' })).rejects.toThrow(
      /nats-server ended with code 1/,
    );
  });
});
