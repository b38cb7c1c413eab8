import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { IssuerApi } from '@gatehouse/client';
import { digestOfToken, formatOpaqueToken } from '@gatehouse/kernel';
import {
  createDatabase,
  eventually,
  freePort,
  type SpawnedService,
  spawnService,
  startNats,
} from '@gatehouse/testing';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const KILLS = 20;
const WRITERS = 8;
const entry = fileURLToPath(new URL('../../apps/issuer/dist/main.js', import.meta.url));
const adminToken = formatOpaqueToken('gh', 'test');

let issuer: SpawnedService;
let api: IssuerApi;
const cleanUp: (() => Promise<unknown>)[] = [];
let natsUrl: string;

beforeAll(async () => {
  const [database, nats, port] = await Promise.all([createDatabase(), startNats(), freePort()]);
  natsUrl = nats.url;
  const scopes = ['tokens:read', 'tokens:write', 'tokens:lookup', 'events:read'];
  issuer = await spawnService({
    entry,
    env: {
      PORT: String(port),
      NATS_URL: nats.url,
      DATABASE_URL: database.url,
      TOKEN_PEPPERS: `1:${randomBytes(32).toString('base64url')}`,
      MASTER_KEY: randomBytes(32).toString('base64url'),
      BOOTSTRAP_TOKENS: JSON.stringify([{ name: 'admin', token: adminToken, scopes }]),
      LOG_LEVEL: 'warn',
    },
  });
  api = new IssuerApi({ url: issuer.url, token: adminToken });
  cleanUp.push(
    () => api.close(),
    () => issuer.stop(),
    () => nats.stop(),
    () => database.drop(),
  );
}, 60_000);
afterAll(async () => {
  for (const step of cleanUp) await step();
}, 30_000);

/** What the issuer said it had done. Only an answer counts. */
interface Acknowledged {
  id: string;
  token: string;
  revoked: boolean;
}

async function write(acknowledged: Acknowledged[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { id, token } = await api.issue({ name: 'under fire', scopes: ['a:b'] });
      const entry = { id, token, revoked: false };
      acknowledged.push(entry);
      if (Math.random() < 0.5) {
        await api.revoke(id, 'under fire');
        entry.revoked = true;
      }
    } catch {
      await delay(20); // it is being killed
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
  const connection = await connect({ servers: natsUrl });
  try {
    const consumer = await jetstream(connection).consumers.get('EVENTS');
    const ids: string[] = [];
    const messages = await consumer.consume({
      callback: (message) => void ids.push(message.json<{ id: string }>().id),
    });
    await eventually(() => expect(new Set(ids).size).toBe(count), { timeoutMs: 20_000 });
    messages.stop();
    return ids;
  } finally {
    await connection.close();
  }
}

describe(`the issuer, killed ${KILLS} times while it issues and revokes`, () => {
  it('loses nothing it acknowledged, leaves no half state, and publishes everything in order', async () => {
    const acknowledged: Acknowledged[] = [];
    const stop = new AbortController();
    const writers = Array.from({ length: WRITERS }, () => write(acknowledged, stop.signal));
    for (let kill = 0; kill < KILLS; kill++) {
      await delay(50 + Math.random() * 400); // at a random point of the work
      await issuer.kill();
      await issuer.restart();
    }
    stop.abort();
    await Promise.all(writers);
    expect(acknowledged.length).toBeGreaterThan(KILLS);

    // Nothing acknowledged is lost, and each secret still means its token.
    for (const { id, token, revoked } of acknowledged) {
      const found = await api.lookup(digestOfToken(token));
      expect(found).toMatchObject({ found: true, tokenId: id });
      if (revoked) expect(found).toMatchObject({ status: 'revoked' });
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
    // The chain is whole, and the relay published it: at least once each, first occurrences in order.
    feed.forEach((event, i) => expect(event.preceding).toBe(i === 0 ? '0.0' : feed[i - 1].position));
    const published = await publishedIds(feed.length);
    expect([...new Set(published)]).toEqual(feed.map((event) => event.id));
  }, 180_000);
});
