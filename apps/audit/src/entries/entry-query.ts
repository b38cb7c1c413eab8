import type { EntryPage } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { EntrySearch } from '../search/entry-search.js';
import type { SearchPage } from '../search/entry-search.js';
import type { SearchFilter } from '../search/search-conditions.js';
import { LogEntries } from './log-entries.js';

/** Answers what happened. Shows only what a stored checkpoint covers, so that each entry can be proven at once. */
@Injectable()
export class EntryQuery {
  constructor(
    @Inject(EntrySearch) private readonly search: EntrySearch,
    @Inject(LogEntries) private readonly log: LogEntries,
  ) {}

  /** The entries that match, a page of them. */
  async page(filter: SearchFilter, page: SearchPage): Promise<EntryPage> {
    const { indexes, searchedTo } = await this.search.find(filter, page);
    const next = indexes[page.limit];
    const entries = await this.log.at(indexes.slice(0, page.limit));
    const items = page.order === 'oldest' ? entries : entries.toReversed();
    return { items, nextCursor: next === undefined ? null : String(next), searchedTo };
  }
}
