import type { Position } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { LeavesAppended } from '../audit.metrics.js';
import { CheckpointClock } from '../checkpoint/checkpoint-clock.js';
import type { Leaf } from '../log/leaf.js';
import type { Alongside } from '../log/log-store.js';
import { LogStore } from '../log/log-store.js';
import { SearchIndexer } from '../search/search-indexer.js';

/** Appends a batch, then has it signed and made findable. */
@Injectable()
export class LeafAppender {
  constructor(
    @Inject(LogStore) private readonly store: LogStore,
    @Inject(CheckpointClock) private readonly clock: CheckpointClock,
    @Inject(SearchIndexer) private readonly search: SearchIndexer,
  ) {}

  /** Once this returns the leaves are in the log for good. Parameters as with {@link LogStore.append}. */
  async append(leaves: readonly Leaf[], issuerPosition?: Position, also?: Alongside): Promise<void> {
    if (leaves.length === 0) return;
    const { added } = await this.store.append(leaves, issuerPosition, also);
    for (const { channel } of added) LeavesAppended.inc({ channel });
    if (added.length === 0) return;
    this.clock.announce();
    this.search.announce();
  }
}
