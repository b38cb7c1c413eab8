import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import type { EntityManager, QueryRunner } from 'typeorm';
import { EventStore, readFeed } from '../src/index.js';
import { openStore } from './open-store.js';

type Store = Awaited<ReturnType<typeof openStore>>;
let store: Store;
let neighbour: Store; // another database of the same server
beforeAll(async () => {
  store = await openStore();
  neighbour = await openStore();
  await store.dataSource.query('create table other_work (n int)');
});
afterAll(async () => {
  await store.close();
  await neighbour.close();
});

const by = { actor: 'system:test' };

async function append({ dataSource }: Store, streamId: string, manager = dataSource.manager) {
  const stream = { id: streamId, tenant: 'default', expectedVersion: 0 };
  await EventStore.append(manager, stream, [{ type: 'thing.opened.v1', data: {} }], by);
}

/** A transaction that has its number, and stays open while `work` is done. */
async function whileOpen({ dataSource }: Store, work: (open: QueryRunner) => Promise<void>): Promise<void> {
  const open = dataSource.createQueryRunner();
  await open.startTransaction();
  await open.query('select pg_current_xact_id()');
  try {
    await work(open);
  } finally {
    if (open.isTransactionActive) await open.rollbackTransaction();
    await open.release();
  }
}

async function readAll({ dataSource }: Store): Promise<string[]> {
  const page = await readFeed(dataSource, '0.0', 100_000);
  return page.events.map((event) => event.streamId);
}

async function settledBelow(manager: EntityManager): Promise<bigint> {
  const [row] = await manager.query<[{ tx: string }]>('select settled_below()::text as tx');
  return BigInt(row.tx);
}

async function ownNumber({ manager }: QueryRunner): Promise<bigint> {
  const [row] = await manager.query<[{ tx: string }]>('select pg_current_xact_id()::text as tx');
  return BigInt(row.tx);
}

describe('settled_below', () => {
  it('does not wait for a transaction that is open in another database of the server', () =>
    whileOpen(neighbour, async (elsewhere) => {
      await append(neighbour, 'elsewhere', elsewhere.manager);
      await append(store, 'not-held-up');
      await eventually(async () => expect(await readAll(store)).toContain('not-held-up'));
    }));

  it('waits for a transaction of this database, also when it wrote something else before it appends', () =>
    whileOpen(store, async (slow) => {
      await slow.query('insert into other_work values (1)');
      await append(store, 'quick');
      await append(neighbour, 'quick');
      expect(await readAll(store)).not.toContain('quick');
      await append(store, 'slow', slow.manager);
      expect(await readAll(store)).not.toContain('quick');
      await slow.commitTransaction();
      await eventually(async () => expect((await readAll(store)).slice(-2)).toEqual(['slow', 'quick']));
    }));

  it('counts the caller’s own transaction, whose later events are not there yet', () =>
    whileOpen(neighbour, () =>
      whileOpen(store, async (open) => {
        const own = await ownNumber(open);
        await append(store, 'meanwhile');
        expect(await settledBelow(open.manager)).toBeLessThanOrEqual(own);
      }),
    ));

  it('sees as much to a role that may read the events and nothing else', () =>
    whileOpen(neighbour, async (elsewhere) => {
      const reader = `reader_${randomBytes(8).toString('hex')}`;
      const number = await ownNumber(elsewhere);
      await append(store, 'for-the-reader');
      await whileOpen(store, async (open) => {
        await open.query(`create role ${reader}`);
        await open.query(`grant select on events to ${reader}`);
        await open.query(`set local role ${reader}`);
        await eventually(async () => expect(await settledBelow(open.manager)).toBeGreaterThan(number));
      });
    }));

  it('speaks of the moment the statement began, as the rows beside it do', () =>
    whileOpen(store, async (open) => {
      const own = await ownNumber(open);
      await append(store, 'later');
      const gate = store.dataSource.createQueryRunner();
      await gate.query('select pg_advisory_lock(4711)');
      const asked = store.dataSource.query<[{ tx: string }]>(
        `with waited as materialized (select pg_advisory_lock_shared(4711)) select settled_below()::text as tx from waited`,
      );
      await eventually(async () => {
        const waiting = `select from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`;
        expect(await store.dataSource.query(waiting)).toHaveLength(1);
      });
      await open.commitTransaction();
      await gate.query('select pg_advisory_unlock(4711)');
      await gate.release();
      expect(BigInt((await asked)[0].tx)).toBeLessThanOrEqual(own);
    }));

  it('lets readers of two databases miss and repeat nothing while 20 writers commit in both', async () => {
    const stores = [store, neighbour];
    const done = new AbortController();
    const reading = stores.map(async ({ dataSource }) => {
      const seen: string[] = [];
      let after = '0.0';
      for (let over = false; !over; ) {
        const { aborted } = done.signal;
        const page = await readFeed(dataSource, after, 50);
        seen.push(...page.events.map((event) => event.id));
        after = page.next;
        over = aborted && page.complete;
      }
      return seen;
    });
    const writing = Array.from({ length: 20 }, async (_, writer) => {
      const into = stores[writer % 2];
      for (let i = 0; i < 20; i++)
        await into.dataSource.transaction(async (manager) => {
          if (i % 3 === 0) await manager.query('select pg_current_xact_id()');
          await append(into, `w${writer}-${i}`, manager);
          await manager.query('select pg_sleep($1)', [Math.random() * 0.005]); // commit out of order
        });
    });
    await Promise.all(writing);
    done.abort();
    for (const [i, seen] of (await Promise.all(reading)).entries()) {
      const [{ ids }] = await stores[i].dataSource.query<[{ ids: string[] }]>(
        'select array_agg(id order by tx, position) as ids from events',
      );
      expect(seen).toEqual(ids);
    }
  });
});
