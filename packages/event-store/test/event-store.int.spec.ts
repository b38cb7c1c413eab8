import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import { EventStore, readFeed, VersionConflict } from '../src/index.js';
import { openStore } from './open-store.js';

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const opened = (n: number) => ({ type: 'thing.opened.v1', data: { n } });
const by = { actor: 'system:test' };

function append(streamId: string, expectedVersion: number, count = 1) {
  const events = Array.from({ length: count }, (_, n) => opened(n));
  return EventStore.append(
    store.dataSource.manager,
    { id: streamId, tenant: 'default', expectedVersion },
    events,
    by,
  );
}

/** The whole feed, a page at a time: what is withheld for a moment, too. */
async function readAll(pageSize: number) {
  const events = [];
  for (let after = '0.0'; ; ) {
    const page = await readFeed(store.dataSource, after, pageSize);
    events.push(...page.events);
    if (page.complete) return events;
    after = page.next;
  }
}

describe('EventStore', () => {
  it('gives back what was appended, in order, with the database’s time', async () => {
    await append('a', 0, 3);
    await append('a', 3, 2);
    const events = await EventStore.load(store.dataSource.manager, 'default', 'a');
    expect(events.map((event) => event.version)).toEqual([1, 2, 3, 4, 5]);
    expect(events.map((event) => event.data.n)).toEqual([0, 1, 2, 0, 1]);
    expect(events[0]).toMatchObject({ streamId: 'a', tenant: 'default', metadata: by });
    expect(Math.abs(events[0].at.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('lets exactly one of 20 writers take a version', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => append('contested', 0)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(VersionConflict);
    await expect(EventStore.load(store.dataSource.manager, 'default', 'contested')).resolves.toHaveLength(1);
  });
});

describe('readFeed', () => {
  it('misses and repeats nothing while 20 writers commit out of order', async () => {
    const seen: string[] = [];
    let after = '0.0';
    const done = new AbortController();
    const reader = (async () => {
      for (let over = false; !over; ) {
        const { aborted } = done.signal;
        const page = await readFeed(store.dataSource, after, 50);
        seen.push(...page.events.map((event) => event.id));
        after = page.next;
        over = aborted && page.complete;
      }
    })();
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 30; i++)
        await store.dataSource.transaction(async (manager) => {
          const stream = { id: `w${writer}-${i}`, tenant: 'default', expectedVersion: 0 };
          await EventStore.append(manager, stream, [opened(i)], by);
          await manager.query('select pg_sleep($1)', [Math.random() * 0.005]); // commit out of order
        });
    });
    await Promise.all(writers);
    done.abort();
    await reader;
    const [{ count }] = await store.dataSource.query<[{ count: string }]>('select count(*) from events');
    expect(seen).toHaveLength(Number(count));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('withholds what a transaction still open might precede, says so, and shows both later in order', async () => {
    const before = (await readAll(100)).length;
    const slow = store.dataSource.createQueryRunner();
    await slow.startTransaction();
    await EventStore.append(
      slow.manager,
      { id: 'slow', tenant: 'default', expectedVersion: 0 },
      [opened(0)],
      by,
    );
    await append('quick', 0);
    const meanwhile = await eventually(async () => {
      const page = await readFeed(store.dataSource, '0.0', 100_000);
      expect(page.events.length).toBeGreaterThanOrEqual(before);
      return page;
    });
    expect(meanwhile.events).toHaveLength(before);
    expect(meanwhile.complete).toBe(false);
    await slow.commitTransaction();
    await slow.release();
    const after = await readAll(100_000);
    expect(after.slice(before).map((event) => event.streamId)).toEqual(['slow', 'quick']);
  });

  it('links every event to the one before, at any page size and from any position', async () => {
    const whole = await readAll(100_000);
    let preceding = '0.0';
    for (const event of whole) {
      expect(event.preceding).toBe(preceding);
      preceding = event.position;
    }
    expect(await readAll(7)).toEqual(whole);
    await eventually(async () =>
      expect((await readFeed(store.dataSource, whole[3].position, 1)).events).toEqual([whole[4]]),
    );
  });

  it('refuses a position that is none', async () => {
    await expect(readFeed(store.dataSource, 'x', 1)).rejects.toThrow(RangeError);
  });
});
