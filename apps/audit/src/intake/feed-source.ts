import type { FeedAnswer } from '@gatehouse/contracts';
import type { Position } from '@gatehouse/kernel';

/** Who answers the issuer's feed, a page after a position at a time. */
export interface FeedSource {
  feed(after: Position, limit: number): Promise<FeedAnswer>;
}
