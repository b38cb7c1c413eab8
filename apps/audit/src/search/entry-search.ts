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
  find(filter: SearchFilter, page: SearchPage): Promise<Found> {
    return this.findAny([filter], filter, page);
  }

  /** As {@link find}, of all that match one of `filters`, each once; by one statement, however many there are. */
  async findAny(
    filters: readonly SearchFilter[],
    { from, to }: Pick<SearchFilter, 'from' | 'to'>,
    { order, cursor, limit }: SearchPage,
  ): Promise<Found> {
    const searchedTo = await this.index.sizeAt((await this.checkpoints.latest())?.size ?? 0);
    const findable = filters.filter(mayMatch);
    if (findable.length === 0) return { indexes: [], searchedTo };
    const asked =
      order === 'oldest' ? { from: cursor ?? 0 } : { to: cursor === undefined ? undefined : cursor + 1 };
    const window = { from: asked.from ?? 0, to: Math.min(asked.to ?? searchedTo, searchedTo) };
    const ranges = await rangesWithin(this.dataSource.manager, { from, to }, searchedTo);
    const indexes: number[] = [];
    for (const range of order === 'oldest' ? ranges : ranges.toReversed()) {
      const part = { from: Math.max(range.from, window.from), to: Math.min(range.to, window.to) };
      if (part.from < part.to)
        indexes.push(...(await this.within(part, findable, { order, limit: limit + 1 - indexes.length })));
      if (indexes.length > limit) break;
    }
    return { indexes, searchedTo };
  }

  /** Each filter has its own part of the statement, so that each is answered from the index made for it. */
  private async within(
    { from, to }: IndexRange,
    filters: readonly SearchFilter[],
    { order, limit }: Pick<SearchPage, 'order' | 'limit'>,
  ): Promise<number[]> {
    const inOrder = `order by index ${order === 'oldest' ? 'asc' : 'desc'} limit $3`;
    const values: unknown[] = [from, to, limit];
    const parts = filters.map((filter) => {
      const conditions = searchConditions(filter, values.length + 1);
      values.push(...conditions.values);
      return `(select index from search where index >= $1 and index < $2 ${conditions.where} ${inOrder})`;
    });
    const rows = await this.dataSource.query<{ index: string }[]>(
      `select index from (${parts.join(' union ')}) as found ${inOrder}`,
      values,
    );
    return rows.map(({ index }) => Number(index));
  }
}

/** Nothing in the log holds NUL, and PostgreSQL refuses to compare with it. */
const mayMatch = (filter: SearchFilter): boolean =>
  !Object.values(filter).some((value) => value?.includes('\0'));
