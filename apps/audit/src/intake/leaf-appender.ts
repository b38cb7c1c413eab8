import type { Position } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { LeavesAppended } from '../audit.metrics.js';
import { CheckpointClock } from '../checkpoint/checkpoint-clock.js';
import type { AppendableLeaf, Channel } from '../log/leaf.js';
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
  async append(
    leaves: readonly AppendableLeaf[],
    issuerPosition?: Position,
    also?: Alongside,
  ): Promise<void> {
    if (leaves.length === 0) return;
    const { added } = await this.store.append(leaves, issuerPosition, also);
    count(added);
    if (added.length === 0) return;
    this.clock.announce();
    this.search.announce();
  }
}

function count(added: readonly AppendableLeaf[]): void {
  const counts = new Map<Channel, number>();
  for (const { channel } of added) counts.set(channel, (counts.get(channel) ?? 0) + 1);
  for (const [channel, leaves] of counts) LeavesAppended.inc({ channel }, leaves);
}
