import { CacheStore, type Dropped, type Which } from './cache-store.js';
import type { CachedAnswer } from './cached-answer.js';

/**
 * What is kept: of the routes of gateway.yaml together, and of those that are published by tenant, so that what one
 * publishes never pushes out what is kept for others.
 */
export class CacheStores {
  readonly own = new CacheStore();
  private readonly published = new Map<string, CacheStore>();
  private evictionsOfClosed = 0;

  /** How many answers made room for others. */
  get evictions(): number {
    return this.each().reduce((sum, { evictions }) => sum + evictions, this.evictionsOfClosed);
  }

  /** Every answer. */
  *all(): Iterable<CachedAnswer> {
    for (const store of this.each()) yield* store.all();
  }

  /** For what a tenant publishes; `undefined`: none of it is kept. */
  ofPublisher(tenant: string): CacheStore | undefined {
    return this.published.get(tenant);
  }

  /** What an upstream of a tenant changed, wherever it is kept. */
  invalidate(tenant: string, uri: string): void {
    for (const store of [this.own, this.published.get(tenant)]) store?.invalidate(`${tenant} ${uri}`);
  }

  /**
   * Makes room, or takes it.
   * @param published bytes by tenant; a tenant that is not among them keeps nothing.
   */
  resize(own: number, published: ReadonlyMap<string, number>): void {
    for (const tenant of published.keys())
      if (!this.published.has(tenant)) this.published.set(tenant, new CacheStore());
    this.own.maxBytes = own;
    for (const [tenant, store] of this.published) store.maxBytes = published.get(tenant) ?? 0;
    for (const store of this.each()) store.trim();
    for (const [tenant, store] of this.published) if (!published.has(tenant)) this.close(tenant, store);
  }

  /** @param isDryRun nothing goes; it is only counted. */
  dropWhere(which: Which, isDryRun = false): Dropped {
    const dropped = this.each().map((store) => store.dropWhere(which, isDryRun));
    return {
      answers: dropped.reduce((sum, { answers }) => sum + answers, 0),
      bytes: dropped.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  private each(): CacheStore[] {
    return [this.own, ...this.published.values()];
  }

  private close(tenant: string, { evictions }: CacheStore): void {
    this.evictionsOfClosed += evictions;
    this.published.delete(tenant);
  }
}
