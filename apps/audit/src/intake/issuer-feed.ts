import type { Position } from '@gatehouse/kernel';
import type { FeedPage } from '@gatehouse/messaging';
import type { FeedSource } from './feed-source.js';
import type { IssuerEvent } from './issuer-event.js';
import type { Pages, ReadPage } from './page.js';
import type { Sieve, Sifted } from './sieve.js';

/** The issuer's feed without what was quarantined. It ends before poison: what came before that is logged first. */
export class IssuerFeed {
  /** Set while something is wrong: then each event is also held against what was logged under its id. */
  thorough = false;

  /** @param pages of the source, read. */
  constructor(
    private readonly source: FeedSource,
    private readonly pages: (...page: Parameters<Pages<unknown>>) => Promise<ReadPage>,
    private readonly sieve: Sieve,
  ) {}

  /** @throws Poison when that is what comes next. */
  async page(after: Position, limit: number): Promise<FeedPage<IssuerEvent>> {
    for (let from = after; ; ) {
      const { sifted, count, next, complete } = await this.sifted(from, limit);
      const { good, poison } = sifted;
      if (poison && good.length === 0) throw poison;
      const more = poison !== undefined || count === limit;
      if (good.length > 0 || !more) return { events: good, complete, more };
      from = next;
    }
  }

  private async sifted(after: Position, limit: number) {
    if (this.thorough) {
      const { events, ...place } = await this.source.feed(after, limit);
      return { sifted: await this.sieve.sift(events, true), count: events.length, ...place };
    }
    const { events, ...place } = await this.pages(after, limit);
    const sifted: Sifted<IssuerEvent> = await this.sieve.divide(events);
    return { sifted, count: events.length, ...place };
  }
}
