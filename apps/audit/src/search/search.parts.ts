import { EntrySearch } from './entry-search.js';
import { SearchIndex } from './search-index.js';
import { SearchIndexer } from './search-indexer.js';
import { SearchSegments } from './search-segments.js';

/** What makes entries findable. */
export const searchParts = { providers: [SearchSegments, SearchIndex, SearchIndexer, EntrySearch] } as const;
