import type { EvidencePage } from '@gatehouse/contracts';
import { wireTypeOf } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { LogEntries } from '../entries/log-entries.js';
import { EntrySearch } from '../search/entry-search.js';
import type { SearchPage } from '../search/entry-search.js';
import type { SearchFilter } from '../search/search-conditions.js';

/** Whose entries, of when, and which page of them. */
export interface ReportSpan {
  within: Pick<SearchFilter, 'tenant' | 'from' | 'to'>;
  page: SearchPage;
}

/** Gathers what several questions find into one page, each entry once. */
@Injectable()
export class EvidenceReports {
  constructor(
    @Inject(EntrySearch) private readonly search: EntrySearch,
    @Inject(LogEntries) private readonly log: LogEntries,
  ) {}

  /** Entries of these events. */
  ofEvents(names: readonly string[], report: string, span: ReportSpan): Promise<EvidencePage> {
    return this.ofAny(
      names.map((name) => ({ type: wireTypeOf(name) })),
      report,
      span,
    );
  }

  /** All that was done about a person, and all that she did. */
  ofPerson(person: string, span: ReportSpan): Promise<EvidencePage> {
    return this.ofAny([{ person }, { actor: `user:${person}` }], `access of the person ${person}`, span);
  }

  /** All that was done about a token, and all that was done with it. */
  ofToken(token: string, span: ReportSpan): Promise<EvidencePage> {
    return this.ofAny([{ token }, { actor: `token:${token}` }], `access of the token ${token}`, span);
  }

  private async ofAny(
    filters: readonly SearchFilter[],
    report: string,
    { within, page }: ReportSpan,
  ): Promise<EvidencePage> {
    const { indexes, searchedTo } = await this.search.findAny(
      filters.map((filter) => ({ ...filter, ...within })),
      within,
      page,
    );
    const entries = await this.log.at(indexes.slice(0, page.limit));
    const next = indexes[page.limit];
    const items = page.order === 'oldest' ? entries : entries.toReversed();
    return { report, items, nextCursor: next === undefined ? null : String(next), searchedTo };
  }
}
