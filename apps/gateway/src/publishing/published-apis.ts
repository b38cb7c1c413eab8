import type { Position } from '@gatehouse/kernel';
import type { FeedEvent } from '@gatehouse/messaging';
import { afterEvent, type ApiVersion, type Offer, offerOf, type PublishedApi } from './published-api.js';

const MOST_CHARACTERS = 32 * 1024 * 1024;

/** A published API as a snapshot has it. */
export type KeptApi = [
  id: string,
  tenant: string,
  since: Position,
  said: unknown,
  former?: [since: Position, said: unknown],
];

/**
 * What tenants have published, by the issuer's events: all of it, also of tenants that gateway.yaml lets publish nothing,
 * because it may let them tomorrow. Never throws for what an event says. Bounded: past the bound APIs that come anew are
 * not kept, and counted.
 */
export class PublishedApis {
  private readonly apis = new Map<string, PublishedApi>();
  private readonly sizes = new Map<string, number>();
  private characters = 0;
  /** The latest snapshot, until something changes. */
  private written: string | undefined;
  /** APIs that there was no room for. */
  leftOut = 0;

  constructor(private readonly capacity = MOST_CHARACTERS) {}

  get size(): number {
    return this.apis.size;
  }

  all(): PublishedApi[] {
    return [...this.apis.values()];
  }

  /** @returns whether anything of this was about published APIs. */
  apply(events: readonly FeedEvent[]): boolean {
    let changed = false;
    for (const event of events) {
      if (!event.type.startsWith('catalog.api-')) continue;
      if (/^catalog\.api-retired\.v\d+$/.test(event.type)) this.forget(event.subject);
      else this.keep(afterEvent(this.apis.get(event.subject), event));
      changed = true;
    }
    return changed;
  }

  /** Begins with what an earlier process knew. */
  restore(kept: Iterable<KeptApi>): void {
    this.clear();
    for (const [id, tenant, since, said, former] of kept) {
      const versionOf = (at: Position, what: unknown): ApiVersion => ({
        since: at,
        said: what,
        offer: offerOf(id, tenant, what),
      });
      this.keep({ id, tenant, ...versionOf(since, said), ...(former && { former: versionOf(...former) }) });
    }
  }

  /** What has all that it waited for stands from now on, and what it was before is forgotten. */
  settle(isComplete: (offer: Offer) => boolean): void {
    for (const { former, ...latest } of this.apis.values())
      if (former && isComplete(latest.offer)) this.keep(latest);
  }

  /** All of it as it is now, as JSON, for a snapshot: {@link KeptApi}. */
  snapshot(): string {
    return (this.written ??= JSON.stringify([...this.apis.values()].map(keptOf)));
  }

  clear(): void {
    this.written = undefined;
    this.apis.clear();
    this.sizes.clear();
    this.characters = 0;
    this.leftOut = 0;
  }

  private keep(api: PublishedApi): void {
    this.forget(api.id);
    const size = JSON.stringify([api.said, api.former?.said]).length;
    if (this.characters + size > this.capacity) {
      this.leftOut++;
      return;
    }
    this.apis.set(api.id, api);
    this.sizes.set(api.id, size);
    this.characters += size;
  }

  private forget(id: string): void {
    this.written = undefined;
    this.apis.delete(id);
    this.characters -= this.sizes.get(id) ?? 0;
    this.sizes.delete(id);
  }
}

const keptOf = ({ id, tenant, since, said, former }: PublishedApi): KeptApi =>
  former ? [id, tenant, since, said, [former.since, former.said]] : [id, tenant, since, said];
