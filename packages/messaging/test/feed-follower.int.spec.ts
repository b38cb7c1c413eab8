import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type RunningNats, startNats } from '@gatehouse/testing';
import type { NatsConnection } from '@nats-io/nats-core';
import {
  connectNats,
  type FeedEvent,
  FeedFollower,
  type FeedFollowerOptions,
  type FeedPage,
  feedEventOf,
  feedPageOf,
} from '../src/index.js';

let server: RunningNats;
let nats: NatsConnection;
const followers: FeedFollower<FeedEvent>[] = [];
type Options = FeedFollowerOptions<FeedEvent>;
beforeAll(async () => {
  server = await startNats();
  nats = await connectNats({ url: server.url, name: 'test' });
});
afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
});
afterAll(async () => {
  await nats.close();
  await server.stop();
});

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** An event store's worth of events: the array is the truth, `feed` reads it, `send` puts one on NATS. */
function log(count: number) {
  const events = Array.from({ length: count }, (_, i) => ({
    specversion: '1.0',
    id: `e${i + 1}`,
    source: 'issuer',
    type: 'token.from-the-future.v9',
    subject: 'tok_x',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    tenant: 'default',
    actor: 'system:test',
    position: `${i + 10}.${i + 1}`,
    preceding: i === 0 ? '0.0' : `${i + 9}.${i}`,
    data: {},
  }));
  let visible = 0;
  return {
    events,
    /** Commits events up to a number; the feed shows them from now on. */
    commit: (upTo: number) => {
      visible = upTo;
    },
    send: (n: number) => nats.publish('tokens.future.default', JSON.stringify(events[n - 1])),
    feed: async (after: string, limit: number): Promise<FeedPage<FeedEvent>> => {
      const start = events.findIndex((event) => event.position === after) + 1;
      const page = events.slice(start, Math.min(visible, start + limit));
      return feedPageOf({ events: page, next: page.at(-1)?.position ?? after });
    },
  };
}

function follow(options: Pick<Options, 'feed'> & Partial<Options>) {
  const seen: string[] = [];
  const follower = new FeedFollower({
    nats,
    read: feedEventOf,
    from: '0.0',
    logger: silent,
    apply: (events) => void seen.push(...events.map((event) => event.id)),
    ...options,
  });
  followers.push(follower);
  follower.start();
  return { seen, follower };
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `e${i + 1}`);

describe('FeedFollower', () => {
  it('catches up from the feed across pages, then follows live events of types it does not know', async () => {
    const source = log(1_203);
    source.commit(1_200);
    const { seen, follower } = follow(source);
    await eventually(() => expect(seen).toHaveLength(1_200));
    await eventually(() => expect(follower.currentAsOf()).toBeGreaterThan(0));
    for (const n of [1_201, 1_202, 1_203]) {
      source.commit(n);
      source.send(n);
    }
    await eventually(() => expect(seen).toEqual(ids(1_203)));
    expect(follower.position).toBe(source.events.at(-1)?.position);
  });

  it('fills a gap from the feed, and takes repeated and reordered events once', async () => {
    const source = log(10);
    const { seen, follower } = follow(source);
    await eventually(() => expect(follower.currentAsOf()).toBeGreaterThan(0));
    source.commit(10);
    for (const n of [1, 2, 2, 5, 3, 4, 1, 9, 10]) source.send(n);
    await eventually(() => expect(seen).toEqual(ids(10)));
  });

  it('applies a live event in the turn it arrives when apply is synchronous', async () => {
    const source = log(1);
    const { seen, follower } = follow(source);
    await eventually(() => expect(follower.currentAsOf()).toBeGreaterThan(0));
    const arrived = new Promise<number>((resolve) => {
      nats.subscribe('tokens.future.*', { max: 1, callback: () => resolve(seen.length) }); // after the follower's own
    });
    source.commit(1);
    source.send(1);
    await expect(arrived).resolves.toBe(1);
  });

  it('notices silence about an event by the relay’s signal', async () => {
    const source = log(3);
    const { seen, follower } = follow(source);
    await eventually(() => expect(follower.currentAsOf()).toBeGreaterThan(0));
    source.commit(3); // NATS lost all three
    nats.publish(
      'signals.relay.issuer',
      JSON.stringify({ position: source.events[2].position, at: new Date().toISOString() }),
    );
    await eventually(() => expect(seen).toEqual(ids(3)));
  });

  it('retries the same events when apply fails, tells of the halt, and skips nothing', async () => {
    const source = log(5);
    source.commit(5);
    const halts: (string | undefined)[] = [];
    const seen: string[] = [];
    let failures = 2;
    follow({
      ...source,
      apply: async (events) => {
        if (failures-- > 0) throw new Error('database is away');
        seen.push(...events.map((event) => event.id));
      },
      onHalt: (error) => halts.push(error?.message),
    });
    await eventually(() => expect(seen).toEqual(ids(5)));
    expect(halts).toEqual(['database is away', 'database is away', undefined]);
  });

  it('does not move past a malformed event', async () => {
    const source = log(5);
    source.commit(5);
    Object.assign(source.events[2], { tenant: 'NOT A TENANT' });
    const halts: string[] = [];
    const { seen, follower } = follow({ ...source, onHalt: (error) => error && halts.push(error.message) });
    await eventually(() => expect(halts.length).toBeGreaterThan(1));
    expect(seen).toEqual([]);
    expect(follower.position).toBe('0.0');
    expect(halts[0]).toContain('tenant');
  });

  it('does not call its view current while the issuer withholds events', async () => {
    const source = log(1);
    let complete = false;
    const { follower, seen } = follow({
      feed: async (after, limit) => ({ ...(await source.feed(after, limit)), complete }),
    });
    source.commit(1);
    source.send(1);
    await eventually(() => expect(seen).toEqual(['e1']));
    expect(follower.currentAsOf()).toBe(Number.NEGATIVE_INFINITY);
    complete = true;
    await eventually(() => expect(follower.currentAsOf()).toBeGreaterThan(0));
  });
});
