import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import { SearchIndex } from './search-index.js';
import { searchConditions } from './search-conditions.js';
import type { SearchFilter } from './search-conditions.js';
import { rangesWithin } from './time-ranges.js';
import type { IndexRange } from './time-ranges.js';

/** Which page of what was found. */
export interface SearchPage {
  order: 'oldest' | 'newest';
  /** The index to begin with, itself included; absent: the first in that order. */
  cursor: number | undefined;
  limit: number;
}

/** Where the entries are. */
export interface Found {
  /** At most one more than the limit. */
  indexes: number[];
  /** All entries below this were looked at. */
  searchedTo: number;
}

/** Finds entries. Only those that a stored checkpoint covers, so that each can be proven at once. */
@Injectable()
export class EntrySearch {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SearchIndex) private readonly index: SearchIndex,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
  ) {}

  /** The indexes of those that match, in order: the limit and one more, which is where the next page begins. */
  async find(filter: SearchFilter, { order, cursor, limit }: SearchPage): Promise<Found> {
    const searchedTo = await this.index.sizeAt((await this.checkpoints.latest())?.size ?? 0);
    // Nothing in the log holds NUL, and PostgreSQL refuses to compare with it.
    if (Object.values(filter).some((value) => value?.includes('\0'))) return { indexes: [], searchedTo };
    const asked =
      order === 'oldest' ? { from: cursor ?? 0 } : { to: cursor === undefined ? undefined : cursor + 1 };
    const window = { from: asked.from ?? 0, to: Math.min(asked.to ?? searchedTo, searchedTo) };
    const { from, to } = filter;
    const ranges = await rangesWithin(this.dataSource.manager, { from, to }, searchedTo);
    const indexes: number[] = [];
    for (const range of order === 'oldest' ? ranges : ranges.toReversed()) {
      const part = { from: Math.max(range.from, window.from), to: Math.min(range.to, window.to) };
      if (part.from < part.to)
        indexes.push(...(await this.within(part, filter, { order, limit: limit + 1 - indexes.length })));
      if (indexes.length > limit) break;
    }
    return { indexes, searchedTo };
  }

  private async within(
    { from, to }: IndexRange,
    filter: SearchFilter,
    { order, limit }: Pick<SearchPage, 'order' | 'limit'>,
  ): Promise<number[]> {
    const { where, values } = searchConditions(filter, 4);
    const rows = await this.dataSource.query<{ index: string }[]>(
      `select index from search where index >= $1 and index < $2 ${where}
       order by index ${order === 'oldest' ? 'asc' : 'desc'} limit $3`,
      [from, to, limit, ...values],
    );
    return rows.map(({ index }) => Number(index));
  }
}
