import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import { EventStore, type FeedEvent, Relay, type RelayOptions } from '../src/index.js';
import { openStore } from './open-store.js';

let store: Awaited<ReturnType<typeof openStore>>;
let relays: Relay[] = [];
beforeEach(async () => {
  store = await openStore();
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  relays = [];
  await store.close();
});

function startRelay(
  publish: RelayOptions['publish'],
  onSettled: RelayOptions['onSettled'] = () => {},
  onError: RelayOptions['onError'] = () => {},
): Relay {
  const parts = { dataSource: store.dataSource, databaseUrl: store.url };
  const relay = new Relay({ ...parts, publish, onSettled, onError });
  relays.push(relay);
  relay.start();
  return relay;
}

async function append(streamId: string) {
  const stream = { id: streamId, tenant: 'default', expectedVersion: 0 };
  await EventStore.append(store.dataSource.manager, stream, [{ type: 'x', data: {} }], {
    actor: 'system:test',
  });
}

const streamsOf = (events: readonly FeedEvent[]) => events.map(({ streamId }) => streamId);

const names = (count: number) => Array.from({ length: count }, (_, i) => `s${i}`);

describe('Relay', () => {
  it('publishes everything once, in commit order, each with the id of the one before', async () => {
    for (const name of names(30)) await append(name);
    const published: { stream: string; id: string; previousId: string | undefined }[] = [];
    const relay = startRelay(async (events, previousId) => {
      for (const [i, { streamId, id }] of events.entries())
        published.push({ stream: streamId, id, previousId: events[i - 1]?.id ?? previousId });
    });
    await eventually(() => expect(published).toHaveLength(30));
    await append('late');
    relay.wake();
    await eventually(() => expect(published).toHaveLength(31));
    expect(published.map((event) => event.stream)).toEqual([...names(30), 'late']);
    for (const [i, event] of published.entries()) expect(event.previousId).toBe(published[i - 1]?.id);
  });

  it('publishes again all that is not known to be published, at first one event that expects nothing of the broker', async () => {
    for (const name of names(10)) await append(name);
    const calls: { streams: string[]; previousId: string | undefined }[] = [];
    const taken: string[] = [];
    let failures = 2;
    startRelay(async (events, previousId) => {
      const streams = streamsOf(events);
      calls.push({ streams, previousId });
      const reach = streams.indexOf('s4');
      const fails = reach !== -1 && failures-- > 0;
      taken.push(...(fails ? streams.slice(0, reach) : streams)); // the broker takes some and does not answer
      if (fails) throw new Error('broker is away');
    });
    await eventually(() => expect(taken.at(-1)).toBe('s9'));
    expect(taken.filter((name, i) => taken.indexOf(name) === i)).toEqual(names(10));
    const firstOfRuns = calls.filter(({ previousId }) => previousId === undefined);
    expect(firstOfRuns.map(({ streams }) => streams)).toEqual([['s0'], ['s1'], ['s2']]);
  });

  it('sends on while the broker has not answered yet, and takes nothing for published before all ahead of it', async () => {
    const calls: (string | undefined)[] = [];
    const silence = new AbortController();
    const relay = startRelay(async (events) => {
      const [name] = streamsOf(events);
      calls.push(name);
      if (name !== 'two' || silence.signal.aborted) return;
      await once(silence.signal, 'abort');
      throw new Error('broker is away');
    });
    for (const name of ['one', 'two', 'three']) {
      await append(name);
      relay.wake();
      await eventually(() => expect(calls.at(-1)).toBe(name));
    }
    silence.abort();
    await eventually(() => expect(calls).toEqual(['one', 'two', 'three', 'two', 'three']));
  });

  it('is one at a time: the second takes over, from the checkpoint, when the first is gone', async () => {
    const byFirst: string[] = [];
    const bySecond: string[] = [];
    const first = startRelay(async (events) => void byFirst.push(...streamsOf(events)));
    await append('one');
    first.wake();
    await eventually(() => expect(byFirst).toEqual(['one']));
    const second = startRelay(async (events) => void bySecond.push(...streamsOf(events)));
    await append('two');
    second.wake(); // by NOTIFY, to whoever leads
    await eventually(() => expect(byFirst).toEqual(['one', 'two']));
    await first.stop();
    await append('three');
    await eventually(() => expect(bySecond).toEqual(['three']));
  });

  it('leads after all when it could not read its checkpoint at first', async () => {
    await store.dataSource.query('alter table relay_checkpoint rename to relay_checkpoint_away');
    const published: string[] = [];
    const failures: unknown[] = [];
    startRelay(
      async (events) => void published.push(...streamsOf(events)),
      undefined,
      (error) => failures.push(error),
    );
    await append('one');
    await eventually(() => expect(failures).not.toEqual([]));
    await store.dataSource.query('alter table relay_checkpoint_away rename to relay_checkpoint');
    await eventually(() => expect(published).toEqual(['one']));
  });

  it('calls itself settled only while nothing committed is unpublished', async () => {
    const settledAt: string[] = [];
    startRelay(
      async () => {},
      (position) => settledAt.push(position),
    );
    await append('one');
    await eventually(() => expect(settledAt.at(-1)).not.toBe('0.0'));
    const slow = store.dataSource.createQueryRunner();
    await slow.startTransaction();
    const stream = { id: 'slow', tenant: 'default', expectedVersion: 0 };
    await EventStore.append(slow.manager, stream, [{ type: 'x', data: {} }], { actor: 'system:test' });
    await append('withheld');
    const signals = settledAt.length;
    await setTimeout(2_500); // that nothing is said can only be seen by listening for a while
    expect(settledAt.length - signals).toBeLessThanOrEqual(1); // one may have been under way
    await slow.commitTransaction();
    await slow.release();
    await eventually(() => expect(settledAt.length).toBeGreaterThan(signals + 1));
  });
});
