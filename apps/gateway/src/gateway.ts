import type { IssuerApi } from '@gatehouse/client';
import type { BrokerLink } from './broker-link.js';
import type { ResponseCaches } from './cache/response-caches.js';
import type { CreditLeases } from './credits/credit-leases.js';
import type { Decisions } from './decisions/decisions.js';
import type { SharedLimits } from './limits/shared-limits.js';
import type { PublishedDocuments } from './publishing/documents/published-documents.js';
import type { Recompiling } from './publishing/recompiling.js';
import type { Spool } from './records/spool/spool.js';
import type { ActiveRoutes, ConfigSwap } from './routes/active-routes.js';
import type { RouteWatcher } from './routes/route-watcher.js';
import type { SpanExport } from './tracing/span-export.js';
import type { OpenPort, Transport } from './transport/transport.js';
import type { Tunnels } from './transport/web-socket/tunnels.js';
import type { Upstreams } from './upstream/upstreams.js';
import type { Waf } from './waf/waf.js';

const DRAIN_LIMIT_MS = 8_000;

/** What a {@link Gateway} is made of. */
export interface GatewayParts {
  /** As it goes by in receipts and answers. */
  readonly id: string;
  readonly routes: ActiveRoutes;
  readonly issuer: IssuerApi;
  readonly transport: Transport;
  readonly tunnels: Tunnels;
  readonly decisions: Decisions;
  readonly link: BrokerLink;
  readonly recompiling: Recompiling;
  readonly documents: PublishedDocuments;
  readonly spool: Spool;
  readonly upstreams: Upstreams;
  readonly caches: ResponseCaches;
  readonly watcher: RouteWatcher;
  readonly waf: Waf;
  readonly creditLeases: CreditLeases;
  readonly sharedLimits: SharedLimits | undefined;
  readonly spans: SpanExport | undefined;
}

/** One gateway: starts and stops its parts in the order that loses nothing. */
export class Gateway {
  readonly id: string;
  readonly routes: ActiveRoutes;
  readonly issuer: IssuerApi;
  readonly transport: Transport;
  readonly decisions: Decisions;
  readonly upstreams: Upstreams;
  readonly caches: ResponseCaches;

  constructor(private readonly parts: GatewayParts) {
    this.id = parts.id;
    this.routes = parts.routes;
    this.issuer = parts.issuer;
    this.transport = parts.transport;
    this.decisions = parts.decisions;
    this.upstreams = parts.upstreams;
    this.caches = parts.caches;
  }

  /** @param host for listeners that name none. */
  async start(host: string): Promise<readonly OpenPort[]> {
    this.parts.link.start();
    await this.parts.sharedLimits?.start();
    this.parts.creditLeases.start();
    return this.transport.listen(host);
  }

  /** Parameters and errors as with {@link ActiveRoutes.apply}. */
  async applyConfig(text: string, by: { baseVersion: string; author: string }): Promise<ConfigSwap> {
    const swap = await this.routes.apply(text, by);
    await this.transport.reload();
    return swap;
  }

  /** Finishes what is under way, then sends what was recorded, each within a bound. */
  async stop(): Promise<void> {
    const { watcher, documents, recompiling, tunnels, transport, waf, upstreams } = this.parts;
    const { spool, link, spans, sharedLimits, creditLeases, issuer } = this.parts;
    watcher.close();
    documents.stop();
    recompiling.stop();
    tunnels.drain();
    await transport.drain(DRAIN_LIMIT_MS);
    await upstreams.destroy();
    spool.close();
    await Promise.all([link.stop(), spans?.stop(), creditLeases.stop(), waf.close()]);
    sharedLimits?.stop();
    await issuer.close();
  }
}
