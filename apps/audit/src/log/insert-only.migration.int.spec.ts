import { expect, it, describe } from '@jest/globals';
import { createLogger } from '@gatehouse/service';
import { createDatabase } from '@gatehouse/testing';
import { integrate, treeRoot } from '@gatehouse/tlog';
import type { Hash, Tile } from '@gatehouse/tlog';
import { DataSource } from 'typeorm';
import { eventOf } from '../../test/events.js';
import { naiveRoot } from '../../test/rfc-verifier.js';
import { openDatabase } from '../database.js';
import { CreateLog1700000000000 } from './create-log.migration.js';
import { insertLeaves } from './insert-leaves.js';
import { leafOf } from './leaf.js';
import { LogStore } from './log-store.js';
import { TileStore } from './tile-store.js';

const SIZE = 70_000; // two levels of full tiles, and all three partial

const leaves = Array.from({ length: SIZE }, (_, i) => leafOf('issuer', eventOf(i + 1, '0.0')));
const hashesOf = (count: number): Buffer[] =>
  leaves.slice(0, count).map((leaf) => Buffer.from(leaf.leafHash));

/** Every tile of a tree, full or not, as the older layout kept them. */
const allTiles = (hashes: readonly Hash[]): Tile[] => integrate(0, hashes, []);

async function writeOlderLog(url: string, count: number): Promise<void> {
  const older = await new DataSource({
    type: 'postgres',
    url,
    migrations: [CreateLog1700000000000],
    extra: { options: '-c search_path=audit' },
  }).initialize();
  await older.query('create schema audit');
  await older.runMigrations();
  await older.query(`insert into log (origin, size, issuer_position) values ('gatehouse.test', $1, '9.7')`, [
    count,
  ]);
  await older.transaction((manager) => insertLeaves(manager, 0, leaves.slice(0, count)));
  for (const { level, index, hashes } of allTiles(hashesOf(count)))
    await older.query('insert into tiles values ($1, $2, $3)', [level, index, Buffer.from(hashes)]);
  await older.query(`insert into checkpoints (size, root, note) values (3, $1, 'note')`, [
    naiveRoot(hashesOf(3)),
  ]);
  await older.destroy();
}

describe('a log of the older layout', () => {
  it('keeps its tree, its checkpoints and its place, and goes on', async () => {
    const database = await createDatabase();
    await writeOlderLog(database.url, SIZE - 1_000);
    const log = await openDatabase(
      { DATABASE_URL: database.url, DATABASE_POOL: 3 },
      createLogger('audit', 'silent'),
    );
    const { readNodes } = new TileStore(log.manager);
    const before = SIZE - 1_000;
    expect(await treeRoot(before, readNodes)).toEqual(naiveRoot(hashesOf(before)));
    expect(await new LogStore(log).issuerPosition()).toBe('9.7');
    await new LogStore(log).append(leaves.slice(before - 10));
    expect(await treeRoot(SIZE, readNodes)).toEqual(naiveRoot(hashesOf(SIZE)));
    expect(await log.query('select size::int, note from checkpoints')).toEqual([{ size: 3, note: 'note' }]);
    await log.destroy();
    await database.drop();
  });
});
