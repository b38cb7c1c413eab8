import type { Decider } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandHandler, EventStore } from '../src/index.js';
import { openStore } from './open-store.js';

interface Counted {
  type: 'thing.counted.v1';
  data: { to: number };
}

/** Counts up to what it is told, and no further than that. */
const counting: Decider<number, Counted, number> = {
  initial: 0,
  decide: (upTo, count) => (count < upTo ? [{ type: 'thing.counted.v1', data: { to: count + 1 } }] : []),
  evolve: (_count, { data }) => data.to,
};

const by = { actor: 'system:test' };
let store: Awaited<ReturnType<typeof openStore>>;
let handler: CommandHandler<number, Counted, number>;

beforeAll(async () => {
  store = await openStore();
  handler = new CommandHandler(
    store.dataSource,
    counting,
    ({ data }) => ({ type: 'thing.counted.v1', data: { to: Number(data['to']) } }),
    async () => {},
  );
  await store.dataSource.query('create table count (stream text primary key, n int not null check (n < 3))');
  await store.dataSource.query(`
    create function project_count(e events) returns void language sql as $$
      insert into count values (e.stream_id, (e.data->>'to')::int)
      on conflict (stream) do update set n = excluded.n
    $$`);
});
afterAll(() => store.close());

const count = (stream: string, upTo: number) =>
  handler.handleAtOnce({ id: stream, tenant: 'default' }, upTo, by, 'project_count');
const countOf = async (stream: string) =>
  (await store.dataSource.query<{ n: number }[]>('select n from count where stream = $1', [stream]))[0]?.n;
const eventsOf = (stream: string) => EventStore.load(store.dataSource.manager, 'default', stream);

describe('a command handled at once', () => {
  it('writes its events and what is projected of them, and says what was and what is', async () => {
    await count('a', 2);
    const { state, history, added } = await count('a', 2);
    expect([state, history.length, added.length]).toEqual([2, 1, 1]);
    expect(added).toEqual((await eventsOf('a')).slice(1));
    expect(await countOf('a')).toBe(2);
  });

  it('writes neither where projecting fails', async () => {
    await count('b', 9);
    await count('b', 9);
    await expect(count('b', 9)).rejects.toThrow('violates check constraint');
    expect([(await eventsOf('b')).length, await countOf('b')]).toEqual([2, 2]);
  });

  it('is decided again when another was faster: of many at the same time one takes effect', async () => {
    const handled = await Promise.all(Array.from({ length: 4 }, () => count('c', 1)));
    expect(handled.flatMap(({ added }) => added)).toHaveLength(1);
    expect(handled.map(({ state }) => state)).toEqual([1, 1, 1, 1]);
    expect(await eventsOf('c')).toHaveLength(1);
  });
});
