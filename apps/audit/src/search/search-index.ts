import { setImmediate as aTurn, setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DatabaseError } from 'pg';
import { DataSource } from 'typeorm';
import { sizeOf } from '../log/log-size.js';
import { copyRows, lineOf } from './copy-rows.js';
import { searchRowOf } from './search-row.js';
import type { SearchableLeaf } from './search-row.js';
import { SearchSegments } from './search-segments.js';
import type { SearchTable } from './search-segments.js';

/** Leaves that one row of `search_blocks` speaks for. */
export const BLOCK = 4096;
/** Leaves made findable at a time. A block is so many of them. */
export const SLICE = 2048;
/** Rows made in one turn of the event loop: whoever asks for a proof waits about a millisecond for them. */
const AT_A_TIME = 32;
const FRESH_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 10;

/** What entries are found by. It follows from the leaves alone: row n is made of leaf n. */
@Injectable()
export class SearchIndex {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SearchSegments) private readonly segments: SearchSegments,
  ) {}

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
   * Makes the next {@link SLICE} leaves findable, or readies them for it; one that ends their block ends there.
   * @returns how many leaves there are, and how many of them cannot be found yet.
   */
  async extend(): Promise<{ leaves: number; lag: number }> {
    const [size, leaves] = [await this.size(), await sizeOf(this.dataSource.manager)];
    if (size >= leaves) return { leaves, lag: 0 };
    const { table, from } = await this.segments.placeOf(size, leaves);
    const sliceEnd = (Math.floor(from / SLICE) + 1) * SLICE;
    const to = Math.min(leaves, sliceEnd);
    if (to > from) await this.add(table, from, to);
    const found = await this.segments.added(to, leaves);
    return { leaves, lag: leaves - (found ? to : size) };
  }

  private async add(table: SearchTable, from: number, to: number): Promise<void> {
    const leaves = await this.dataSource.query<SearchableLeaf[]>(LEAVES, [from, to]);
    const lines: string[] = [];
    for (const leaf of leaves) {
      if (lines.length % AT_A_TIME === 0) await aTurn();
      lines.push(lineOf(searchRowOf(leaf)));
    }
    try {
      await this.dataSource.transaction(async (manager) => {
        // What a crash takes back is made again from the leaves: nobody has to wait for the disk.
        await manager.query('set local synchronous_commit = off');
        await copyRows(manager, table, lines);
        if (to % BLOCK === 0) await manager.query(CLOSE_BLOCK, [to - BLOCK, to]);
      });
    } catch (error) {
      // Another instance that was the writer a moment ago may have added some of them: they are what these would be.
      if (!isAddedBefore(error)) throw error;
    }
  }
}

const LEAVES = `
  select index, type, subject, tenant, actor, token, at::text as at, canonical from leaves
  where index >= $1 and index < $2 order by index`;

const UNIQUE_VIOLATION = '23505';

const isAddedBefore = (error: unknown): boolean =>
  error instanceof DatabaseError &&
  error.code === UNIQUE_VIOLATION &&
  error.table?.startsWith('search_') === true;

const CLOSE_BLOCK = `
  insert into search_blocks (block, earliest, latest)
  select $1::bigint / ${BLOCK}, min(at), max(at) from leaves where index >= $1 and index < $2
  on conflict do nothing`;
