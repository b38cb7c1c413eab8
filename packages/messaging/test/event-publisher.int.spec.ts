import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type GatehouseEvent, parseEvent, subjectOf } from '@gatehouse/contracts';
import { type RunningNats, startNats } from '@gatehouse/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { connectNats, EventPublisher } from '../src/index.js';

let server: RunningNats;
let nats: NatsConnection;
let publisher: EventPublisher;
beforeAll(async () => {
  server = await startNats();
  nats = await connectNats({ url: server.url, name: 'test' });
  publisher = new EventPublisher(nats);
});
beforeEach(async () => {
  await (await jetstreamManager(nats)).streams.add({ name: 'T', subjects: ['tokens.>'] });
});
afterEach(async () => {
  await (await jetstreamManager(nats)).streams.delete('T');
});
afterAll(async () => {
  await nats.close();
  await server.stop();
});

function revoked(n: number): GatehouseEvent {
  const tokenId = `tok_${`${n}`.padStart(32, '0')}`;
  return parseEvent({
    specversion: '1.0',
    id: randomUUID(),
    source: 'issuer',
    type: 'token.revoked.v1',
    subject: tokenId,
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    tenant: 'default',
    actor: 'system:test',
    position: `${n + 1}.${n + 1}`,
    preceding: `${n}.${n}`,
    data: { tokenId, reason: 'done' },
  });
}
const events = Array.from({ length: 300 }, (_, n) => revoked(n));
const written = events.map((event) => ({
  id: event.id,
  subject: subjectOf(event),
  json: JSON.stringify(event),
}));

/** Every message the stream holds. */
async function held(): Promise<unknown[]> {
  const { streams } = await jetstreamManager(nats);
  const { state } = await streams.info('T');
  const numbers = Array.from({ length: state.messages }, (_, i) => state.first_seq + i);
  return Promise.all(
    numbers.map(async (seq) => (await streams.getMessage('T', { seq }))?.json<GatehouseEvent>()),
  );
}

describe('EventPublisher.publishInOrder', () => {
  it('has all of them taken, in order, by the time it resolves', async () => {
    await publisher.publishInOrder(written.slice(0, 1));
    await publisher.publishInOrder(written.slice(1), events[0]?.id);
    expect(await held()).toEqual(events);
  });

  it('has none of them taken that do not follow what the broker holds', async () => {
    await publisher.publishInOrder(written.slice(0, 10));
    await expect(publisher.publishInOrder(written.slice(11, 20), events[10]?.id)).rejects.toThrow(
      'wrong last msg ID',
    );
    expect(await held()).toEqual(events.slice(0, 10));
  });

  it('completes a run of which some were taken before, and repeats none', async () => {
    await publisher.publishInOrder(written.slice(0, 7));
    await publisher.publishInOrder(written.slice(0, 1));
    await publisher.publishInOrder(written.slice(1, 20), events[0]?.id);
    await publisher.publishInOrder(written.slice(0, 20));
    expect(await held()).toEqual(events.slice(0, 20));
  });

  it('is content with nothing to publish', async () => {
    await publisher.publishInOrder([]);
    expect(await held()).toEqual([]);
  });
});
