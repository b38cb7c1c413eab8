import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, type RunningNats, startNats } from '@gatehouse/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { BatchConsumer, type BatchConsumerOptions, connectNats } from '../src/index.js';

let server: RunningNats;
let nats: NatsConnection;
const consumers: BatchConsumer[] = [];
beforeAll(async () => {
  server = await startNats();
  nats = await connectNats({ url: server.url, name: 'test' });
});
beforeEach(createStream);
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
  await (await jetstreamManager(nats)).streams.delete('T');
});
afterAll(async () => {
  await nats.close();
  await server.stop();
});

const silent = { info: () => {}, warn: () => {}, error: () => {} };

async function createStream() {
  await (await jetstreamManager(nats)).streams.add({ name: 'T', subjects: ['t.>'] });
}

async function send(...numbers: number[]) {
  const client = jetstream(nats);
  for (const n of numbers) await client.publish('t.n', JSON.stringify({ n }));
}

function consume(
  handle: BatchConsumerOptions['handle'],
  options: Partial<BatchConsumerOptions> = {},
): BatchConsumer {
  const parts = {
    nats,
    stream: 'T',
    durable: 'd',
    filter: 't.>',
    batch: 10,
    logger: silent,
    ackWaitMs: 2_000,
  };
  const consumer = new BatchConsumer({ ...parts, handle, ...options });
  consumers.push(consumer);
  consumer.start();
  return consumer;
}

const numbersOf = (messages: readonly { json: unknown }[]) =>
  messages.map((m) => (m.json as { n: number }).n);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('BatchConsumer', () => {
  it('hands over messages in order, no more than a batch at once, and goes on where it stopped', async () => {
    await send(...range(35));
    const seen: number[] = [];
    const sizes: number[] = [];
    const first = consume(async (messages) => {
      seen.push(...numbersOf(messages));
      sizes.push(messages.length);
      return messages.map(() => 'ack');
    });
    await eventually(() => expect(seen).toEqual(range(35)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    await first.stop();
    await send(35);
    const later: number[] = [];
    consume(async (messages) => {
      later.push(...numbersOf(messages));
      return messages.map(() => 'ack');
    });
    await eventually(() => expect(later).toEqual([35]));
  });

  it('brings back what is to be retried, and what failed, but never poison', async () => {
    const attempts = new Map<number, number>();
    let failOnce = true;
    consume(async (messages) => {
      if (failOnce) {
        failOnce = false;
        throw new Error('the database is away');
      }
      return numbersOf(messages).map((n) => {
        attempts.set(n, (attempts.get(n) ?? 0) + 1);
        if (n === 1) return 'poison';
        return n === 2 && attempts.get(2)! < 3 ? 'retry' : 'ack';
      });
    });
    await send(0, 1, 2);
    await eventually(() => expect(Object.fromEntries(attempts)).toEqual({ 0: 1, 1: 1, 2: 3 }));
  });

  it('shows a body that is no JSON as undefined', async () => {
    const bodies: unknown[] = [];
    consume(async (messages) => {
      bodies.push(...messages.map((message) => message.json));
      return messages.map(() => 'poison');
    });
    await jetstream(nats).publish('t.n', '{');
    await eventually(() => expect(bodies).toEqual([undefined]));
  });

  it('starts again when its stream was deleted and made anew', async () => {
    const seen: number[] = [];
    consume(async (messages) => {
      seen.push(...numbersOf(messages));
      return messages.map(() => 'ack');
    });
    await send(1);
    await eventually(() => expect(seen).toEqual([1]));
    await (await jetstreamManager(nats)).streams.delete('T');
    await createStream();
    await send(2);
    await eventually(() => expect(seen).toEqual([1, 2]));
  });

  it('goes on when the server was killed and restarted', async () => {
    const seen = new Set<number>();
    consume(async (messages) => {
      for (const n of numbersOf(messages)) seen.add(n);
      return messages.map(() => 'ack');
    });
    await send(1);
    await eventually(() => expect(seen).toContain(1));
    await server.kill();
    await server.restart();
    await eventually(() => send(2));
    await eventually(() => expect(seen).toContain(2));
  });

  it('gathers a trickle into one batch', async () => {
    const batches: number[][] = [];
    consume(acknowledging(batches), { gatherMs: 1_000 });
    await send(...range(5));
    await eventually(() => expect(batches).toEqual([range(5)]));
  });

  it('holds a full batch back for nothing', async () => {
    const batches: number[][] = [];
    consume(acknowledging(batches), { gatherMs: 60_000, batch: 3, ackWaitMs: 120_000 });
    await send(...range(3));
    await eventually(() => expect(batches).toEqual([range(3)]));
  });

  it('stops without waiting for more, and gives back what it had gathered', async () => {
    const batches: number[][] = [];
    const gathering = consume(acknowledging(batches), { gatherMs: 60_000, ackWaitMs: 120_000 });
    await send(1);
    await eventually(async () => {
      const { num_ack_pending: pending } = await (await jetstreamManager(nats)).consumers.info('T', 'd');
      expect(pending).toBe(1);
    });
    await gathering.stop();
    expect(batches).toEqual([]);
    consume(acknowledging(batches), { ackWaitMs: 120_000 });
    await eventually(() => expect(batches).toEqual([[1]]));
  });
});

const acknowledging =
  (batches: number[][]): BatchConsumerOptions['handle'] =>
  async (messages) => {
    batches.push(numbersOf(messages));
    return messages.map(() => 'ack');
  };
