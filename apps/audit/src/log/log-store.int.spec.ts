import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@gatehouse/service';
import { createDatabase } from '@gatehouse/testing';
import type { TestDatabase } from '@gatehouse/testing';
import { treeRoot } from '@gatehouse/tlog';
import type { DataSource } from 'typeorm';
import { eventOf } from '../../test/events.js';
import { naiveRoot } from '../../test/rfc-verifier.js';
import { openDatabase } from '../database.js';
import { claimLog } from './claim-log.js';
import { leafOf } from './leaf.js';
import type { Leaf } from './leaf.js';
import { LogStore } from './log-store.js';
import { TileStore } from './tile-store.js';

let database: TestDatabase;
let dataSource: DataSource;
let store: LogStore;

beforeEach(async () => {
  database = await createDatabase();
  dataSource = await openDatabase(
    { DATABASE_URL: database.url, DATABASE_POOL: 5 },
    createLogger('audit', 'silent'),
  );
  await claimLog(dataSource, 'gatehouse.test/audit');
  store = new LogStore(dataSource);
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const leaves = (count: number): Leaf[] =>
  Array.from({ length: count }, (_, i) => leafOf('issuer', eventOf(i + 1, '0.0')));

const logged = async (): Promise<string[]> => {
  const rows = await dataSource.query<{ event_id: string }[]>('select event_id from leaves order by index');
  return rows.map(({ event_id }) => event_id);
};

describe('an append', () => {
  it('leaves out what was logged before, in this batch or an earlier one', async () => {
    const [a, b, c] = leaves(3);
    expect((await store.append([a, b, a])).size).toBe(2);
    expect((await store.append([b, c, c])).added).toEqual([c]);
    expect(await logged()).toEqual([a.eventId, b.eventId, c.eventId]);
  });

  it('is all or nothing: a batch that is refused leaves no leaf, no tile and no position', async () => {
    const [a, b] = leaves(2);
    await store.append([a], '5.1');
    const other = leafOf('issuer', { ...eventOf(9, '0.0'), id: a.eventId });
    await expect(store.append([b, other], '5.2')).rejects.toThrow('was logged before with other content');
    expect(await logged()).toEqual([a.eventId]);
    expect(await store.issuerPosition()).toBe('5.1');
  });

  it('waits for another one: many at once give one gapless log whose tree is that of its leaves', async () => {
    const all = leaves(600);
    const batches = Array.from({ length: 60 }, (_, i) => all.slice(i * 10, i * 10 + 15)); // overlapping
    const worker = async () => {
      for (let batch = batches.pop(); batch; batch = batches.pop()) await store.append(batch);
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    const order = await logged();
    expect(order.toSorted()).toEqual(all.map(({ eventId }) => eventId).toSorted());
    const fresh = await dataSource.query<{ leaf_hash: Buffer }[]>(
      'select leaf_hash from leaves order by index',
    );
    const hashes = fresh.map(({ leaf_hash }) => leaf_hash);
    const root = await treeRoot(600, new TileStore(dataSource.manager).readNodes);
    expect(root).toEqual(naiveRoot(hashes));
  });
});
