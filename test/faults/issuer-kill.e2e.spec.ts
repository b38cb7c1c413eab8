import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GatehouseProblem, GatehouseUnreachable, IssuerApi } from '@gatehouse/client';
import { digestOfToken } from '@gatehouse/kernel';
import { eventually, type SpawnedService } from '@gatehouse/testing';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LoneIssuer, startLoneIssuer } from './lone-issuer.js';

const KILLS = 20;
const WRITERS = 8;

let issuer: SpawnedService;
let alone: LoneIssuer;
let api: IssuerApi;

beforeAll(async () => {
  alone = await startLoneIssuer(['tokens:read', 'tokens:write', 'tokens:lookup', 'events:read']);
  issuer = alone.service;
  api = new IssuerApi({ url: issuer.url, token: alone.adminToken });
});
afterAll(async () => {
  await api.close();
  await alone.stop();
});

/** What the issuer said it had done. Only an answer counts. */
interface Acknowledged {
  id: string;
  token: string;
  retired: string[];
  revoked: boolean;
}

/** Asks until there is an answer. Only a refusal that says nothing was done, or silence, is asked again. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const again =
        error instanceof GatehouseUnreachable ||
        (error instanceof GatehouseProblem &&
          (error.status >= 500 || error.code === 'idempotency-key-in-use'));
      if (!again) throw error;
      await delay(20); // it is being killed
    }
  }
}

/** Each request has a key of its own and is repeated until answered: what it asks for must happen exactly once. */
async function write(acknowledged: Acknowledged[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const once = { idempotencyKey: randomUUID() };
    const body = { name: 'under fire', scopes: ['a:b'] };
    const { id, token } = await untilAnswered(() => api.issue(body, once));
    const entry: Acknowledged = { id, token, retired: [], revoked: false };
    acknowledged.push(entry);
    for (let n = Math.floor(Math.random() * 3); n > 0; n--) {
      const rotation = { idempotencyKey: randomUUID() };
      const rotated = await untilAnswered(() => api.rotate(id, { overlapSeconds: 0 }, rotation));
      entry.retired.push(entry.token);
      entry.token = rotated.token;
    }
    if (Math.random() < 0.5) {
      await untilAnswered(() => api.revoke(id, 'under fire'));
      entry.revoked = true;
    }
  }
}

async function wholeFeed() {
  const events: Record<string, unknown>[] = [];
  for (let after = '0.0'; ; ) {
    const page = await api.feed(after, 1000);
    if (page.events.length === 0) return events;
    events.push(...page.events);
    after = page.next;
  }
}

async function publishedIds(count: number): Promise<string[]> {
  const connection = await connect({ servers: alone.natsUrl });
  try {
    const consumer = await jetstream(connection).consumers.get('EVENTS');
    const ids: string[] = [];
    const messages = await consumer.consume({
      callback: (message) => void ids.push(message.json<{ id: string }>().id),
    });
    await eventually(() => expect(new Set(ids).size).toBe(count));
    messages.stop();
    return ids;
  } finally {
    await connection.close();
  }
}

describe(`the issuer, killed ${KILLS} times while it issues, rotates and revokes`, () => {
  it('loses nothing it acknowledged, does nothing twice, leaves no half state, and publishes everything in order', async () => {
    const acknowledged: Acknowledged[] = [];
    const stop = new AbortController();
    const writers = Array.from({ length: WRITERS }, () => write(acknowledged, stop.signal));
    for (let kill = 0; kill < KILLS; kill++) {
      const enough = acknowledged.length + 1 + Math.random() * 2 * WRITERS;
      await eventually(() => expect(acknowledged.length).toBeGreaterThan(enough));
      await delay(Math.random() * 50); // at a random point of the work
      await issuer.kill();
      await issuer.restart();
    }
    stop.abort();
    await Promise.all(writers);
    expect(acknowledged.length).toBeGreaterThan(KILLS);

    // Nothing acknowledged is lost, and each secret still means its token.
    for (const { id, token, retired, revoked } of acknowledged) {
      const status = revoked ? 'revoked' : 'active';
      expect(await api.lookup(digestOfToken(token))).toMatchObject({ found: true, tokenId: id, status });
      for (const old of retired)
        expect(await api.lookup(digestOfToken(old))).toMatchObject({
          found: true,
          tokenId: id,
          status: revoked ? 'revoked' : 'retired',
        });
    }
    // No token without its event, no event without its token.
    const feed = await wholeFeed();
    const issuedByEvents = feed
      .filter((event) => event.type === 'token.issued.v1')
      .map((event) => event.subject);
    const listed: string[] = [];
    for await (const token of api.list()) listed.push(token.id);
    expect(listed).toHaveLength(issuedByEvents.length);
    expect(new Set<unknown>(listed)).toEqual(new Set(issuedByEvents));
    // Nothing was done twice: one token for each key that asked for one, one secret for each rotation.
    expect(listed).toHaveLength(acknowledged.length + 1); // and the administrator's
    const rotations = feed.filter((event) => event.type === 'token.secret-added.v1');
    expect(rotations).toHaveLength(acknowledged.flatMap(({ retired }) => retired).length);
    // The chain is whole, and the relay published it: at least once each, first occurrences in order.
    feed.forEach((event, i) => expect(event.preceding).toBe(i === 0 ? '0.0' : feed[i - 1].position));
    const published = await publishedIds(feed.length);
    expect([...new Set(published)]).toEqual(feed.map((event) => event.id));
  }, 300_000);
});
