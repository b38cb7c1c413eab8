import { setImmediate as aTurn, setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { sizeOf } from '../log/log-size.js';
import { searchRowOf } from './search-row.js';
import type { SearchableLeaf, SearchRow } from './search-row.js';

/** Leaves that one row of `search_blocks` speaks for. */
export const BLOCK = 4096;
/** Leaves made findable at a time: what else the process does waits no longer than these take. A block is so many of them. */
export const SLICE = 512;
/** Rows made in one turn of the event loop: whoever asks for a proof waits about a millisecond for them. */
const AT_A_TIME = 32;
const FRESH_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 10;

const COLUMNS = [
  'index',
  'at',
  'type',
  'tenant',
  'actor',
  'token',
  'application',
  'person',
  'address',
  'outcome',
];
const TYPES = ['bigint', 'timestamptz', 'text', 'text', 'text', 'text', 'text', 'text', 'inet', 'text'];

/** What entries are found by. It follows from the leaves alone: row n is made of leaf n. */
@Injectable()
export class SearchIndex {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** How many leaves, from the first on, can be found. */
  async size(): Promise<number> {
    const [row] = await this.dataSource.query<{ size: string }[]>(
      'select coalesce(max(index) + 1, 0) as size from search',
    );
    return Number(row!.size);
  }

  /**
   * Waits a moment for the index to hold so many leaves, unless it is far behind; answers how many it holds then, if that
   * is less.
   */
  async sizeAt(wanted: number): Promise<number> {
    const deadline = performance.now() + FRESH_WITHIN_MS;
    let size = await this.size();
    while (size < wanted && wanted - size <= BLOCK && performance.now() < deadline) {
      await pause(LOOK_EVERY_MS);
      size = await this.size();
    }
    return Math.min(size, wanted);
  }

  /**
   * Makes the next {@link SLICE} leaves findable; one that ends their block ends there.
   * @returns how many leaves there are, and how many of them cannot be found yet.
   */
  async extend(): Promise<{ leaves: number; lag: number }> {
    const [from, leaves] = [await this.size(), await sizeOf(this.dataSource.manager)];
    const sliceEnd = (Math.floor(from / SLICE) + 1) * SLICE;
    const to = Math.min(leaves, sliceEnd);
    if (to > from) await this.add(from, to);
    return { leaves, lag: leaves - to };
  }

  private async add(from: number, to: number): Promise<void> {
    const leaves = await this.dataSource.query<(Omit<SearchableLeaf, 'index'> & { index: string })[]>(
      `select index, type, subject, tenant, actor, token, at, canonical from leaves
       where index >= $1 and index < $2 order by index`,
      [from, to],
    );
    const rows: SearchRow[] = [];
    for (const leaf of leaves) {
      if (rows.length % AT_A_TIME === 0) await aTurn();
      rows.push(searchRowOf({ ...leaf, index: Number(leaf.index) }));
    }
    await this.dataSource.transaction(async (manager) => {
      // What a crash takes back is made again from the leaves: nobody has to wait for the disk.
      await manager.query('set local synchronous_commit = off');
      await manager.query(INSERT, valuesOf(rows));
      if (to % BLOCK === 0) await manager.query(CLOSE_BLOCK, [to - BLOCK, to]);
    });
  }
}

/** Another instance that was the writer a moment ago may have added some of them. */
const INSERT = `
  insert into search (${COLUMNS.join(', ')}, words)
  select ${COLUMNS.join(', ')}, to_tsvector('simple', words)
  from unnest(${[...TYPES, 'text'].map((type, i) => `$${i + 1}::${type}[]`).join(', ')})
    as given (${COLUMNS.join(', ')}, words)
  on conflict do nothing`;

const CLOSE_BLOCK = `
  insert into search_blocks (block, earliest, latest)
  select $1::bigint / ${BLOCK}, min(at), max(at) from search where index >= $1 and index < $2
  on conflict do nothing`;

const valuesOf = (rows: readonly SearchRow[]): unknown[][] => [
  ...COLUMNS.map((name) => rows.map((row) => row[name as keyof SearchRow])),
  rows.map(({ words }) => words),
];
