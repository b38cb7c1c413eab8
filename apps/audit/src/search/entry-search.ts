import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import { BLOCK, SearchIndex } from './search-index.js';
import { searchConditions } from './search-conditions.js';
import type { SearchFilter } from './search-conditions.js';
import { nearestFirst, partsInOrder, rangesWithin } from './time-ranges.js';
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
    const parts = partsInOrder(ranges, window, order);
    const withText = findable.some(({ text }) => text !== undefined);
    for (const part of withText ? nearestFirst(parts, order) : parts) {
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
    const direction = order === 'oldest' ? 'asc' : 'desc';
    const values: unknown[] = [from, to, limit];
    const parts = filters.map((filter) => {
      const { where, values: given } = searchConditions(filter, values.length + 1);
      values.push(...given);
      // Nobody knows how rare a rare word is, so the planner hopes to come upon enough of it soon. Beyond the nearest block,
      // which is gone through in order and mostly full of a common one, it is to be found by its term.
      const place = filter.text !== undefined && to - from > BLOCK ? 'index + 0' : 'index';
      return `(select index from search where index >= $1 and index < $2 ${where} order by ${place} ${direction} limit $3)`;
    });
    const rows = await this.dataSource.query<{ index: string }[]>(
      `select index from (${parts.join(' union ')}) as found order by index ${direction} limit $3`,
      values,
    );
    return rows.map(({ index }) => Number(index));
  }
}

/** Nothing in the log holds NUL, and PostgreSQL refuses to compare with it. */
const mayMatch = (filter: SearchFilter): boolean =>
  !Object.values(filter).some((value) => value?.includes('\0'));
