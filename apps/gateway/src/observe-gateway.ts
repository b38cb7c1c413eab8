import type { BrokerLink } from './broker-link.js';
import { observeCaches } from './cache/cache-metrics.js';
import type { ResponseCaches } from './cache/response-caches.js';
import type { CreditLeases } from './credits/credit-leases.js';
import { observeCredits } from './credits/credit-metrics.js';
import type { Credits } from './credits/credits.js';
import { observe } from './gateway-metrics.js';
import type { PublishedApis } from './publishing/published-apis.js';
import { observePublishing } from './publishing/publishing-metrics.js';
import type { RequestStats } from './records/request-stats.js';
import type { Spool } from './records/spool/spool.js';
import type { ActiveRoutes } from './routes/active-routes.js';
import type { TokenChanges } from './tokens/token-changes.js';
import type { TokenView } from './tokens/token-view.js';
import { observeUpstreams } from './upstream/upstream-metrics.js';
import type { Upstreams } from './upstream/upstreams.js';

/** What metrics are read from. */
export interface ObservedParts {
  readonly stats: RequestStats;
  readonly spool: Spool;
  readonly link: BrokerLink;
  readonly tokens: TokenView;
  readonly changes: TokenChanges;
  readonly upstreams: Upstreams;
  readonly caches: ResponseCaches;
  readonly credits: Credits;
  readonly creditLeases: CreditLeases;
  readonly routes: ActiveRoutes;
  readonly published: PublishedApis;
}

/** Has the gateway's metrics read from its parts whenever somebody asks for them. */
export function observeGateway(parts: ObservedParts): void {
  const { stats, spool, link, tokens, changes, routes, published } = parts;
  observe({
    tallies: () => stats.tallies(),
    spoolBytes: () => spool.bytes,
    outstandingBatches: () => link.outstandingBatches,
    droppedRecords: () => spool.dropped,
    cacheHits: () => tokens.hits,
    cacheMisses: () => tokens.misses,
    viewAgeSeconds: () => (performance.now() - link.viewAsOf()) / 1000,
    trackedChanges: () => changes.size,
  });
  observeUpstreams(parts.upstreams);
  observeCaches(parts.caches);
  observeCredits({ credits: parts.credits, leases: parts.creditLeases });
  observePublishing({ verdicts: () => routes.current.verdicts, leftOut: () => published.leftOut });
}
