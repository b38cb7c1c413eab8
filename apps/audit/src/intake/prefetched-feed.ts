import type { FeedAnswer } from '@gatehouse/contracts';
import type { Position } from '@gatehouse/kernel';
import type { FeedSource } from './feed-source.js';

/**
 * Reads a feed one page ahead while there is a backlog: the issuer answers while the page before is being appended.
 * Only full pages are taken from what was read ahead: one at the end of the feed may have grown since.
 */
export class PrefetchedFeed implements FeedSource {
  private ahead: { after: Position; limit: number; answer: Promise<FeedAnswer | undefined> } | undefined;

  /** @param prepare is given each event that was read ahead, to do with while nobody waits. */
  constructor(
    private readonly source: FeedSource,
    private readonly prepare: (event: FeedAnswer['events'][number]) => void,
  ) {}

  async feed(after: Position, limit: number): Promise<FeedAnswer> {
    const { ahead } = this;
    this.ahead = undefined;
    const read = ahead?.after === after && ahead.limit === limit ? await ahead.answer : undefined;
    const answer = read?.events.length === limit ? read : await this.source.feed(after, limit);
    if (answer.events.length === limit) this.readAhead(answer.next, limit);
    return answer;
  }

  private readAhead(after: Position, limit: number): void {
    // Whoever asks for this page meets the error again, from the source itself.
    const answer = this.read(after, limit).catch(() => undefined);
    this.ahead = { after, limit, answer };
  }

  private async read(after: Position, limit: number): Promise<FeedAnswer> {
    const answer = await this.source.feed(after, limit);
    for (const event of answer.events) this.prepare(event);
    return answer;
  }
}
