import { EntrySearch } from './entry-search.js';
import { SearchIndex } from './search-index.js';
import { SearchIndexer } from './search-indexer.js';

/** What makes entries findable. */
export const searchParts = { providers: [SearchIndex, SearchIndexer, EntrySearch] } as const;
