import { dirname, resolve } from 'node:path';
import { IssuerApi } from '@gatehouse/client';
import type { ConsumeBody, LookupBody } from '@gatehouse/contracts';
import type { Logger } from '@gatehouse/service';
import { BrokerLink } from './broker-link.js';
import { observeCaches } from './cache/cache-metrics.js';
import { ResponseCaches } from './cache/response-caches.js';
import { Decisions } from './decisions/decisions.js';
import { ConfigJournal } from './configuration/config-journal.js';
import type { GatewayConfig } from './gateway.config.js';
import { observe } from './gateway-metrics.js';
import { localLimits } from './limits/limit-store.js';
import { Limits } from './limits/limits.js';
import { SharedLimits } from './limits/shared-limits.js';
import { Origins } from './records/origins/origins.js';
import { ApiDocuments } from './openapi/api-documents.js';
import { RequestLog } from './records/request-log.js';
import { RequestStats } from './records/request-stats.js';
import { Spool } from './records/spool/spool.js';
import { DataPlane } from './request/data-plane.js';
import { Gate } from './request/gate.js';
import { ActiveRoutes } from './routes/active-routes.js';
import { RouteWatcher } from './routes/route-watcher.js';
import { loggedCall } from './tokens/logged-call.js';
import { Senders } from './tokens/binding/senders.js';
import { SingleUses } from './tokens/single-uses.js';
import { SnapshotKeeper } from './tokens/snapshot/snapshot-keeper.js';
import { TokenChanges } from './tokens/token-changes.js';
import { TokenView } from './tokens/token-view.js';
import { openSpans } from './tracing/open-spans.js';
import type { SpanExport } from './tracing/span-export.js';
import { plainListener } from './transport/listener-spec.js';
import { type OpenPort, Transport } from './transport/transport.js';
import { Tunnels } from './transport/web-socket/tunnels.js';
import { observeUpstreams } from './upstream/upstream-metrics.js';
import { Upstreams } from './upstream/upstreams.js';
import { Waf } from './waf/waf.js';

const LOOKUP_TIMEOUT_MS = 3_000;
const DRAIN_LIMIT_MS = 8_000;

/** The parts of one gateway, put together. */
export class Gateway {
  private constructor(
    /** As it goes by in receipts and answers. */
    readonly id: string,
    readonly routes: ActiveRoutes,
    readonly issuer: IssuerApi,
    readonly transport: Transport,
    private readonly tunnels: Tunnels,
    readonly decisions: Decisions,
    private readonly link: BrokerLink,
    private readonly spool: Spool,
    readonly upstreams: Upstreams,
    readonly caches: ResponseCaches,
    private readonly watcher: RouteWatcher,
    private readonly waf: Waf,
    private readonly sharedLimits: SharedLimits | undefined,
    private readonly spans: SpanExport | undefined,
  ) {}

  /**
   * Loads routes and opens the spool. Nothing listens yet.
   * @throws RoutesRejected, SpoolInUse, Error for certificates that cannot be used.
   */
  static async open(config: GatewayConfig, logger: Logger): Promise<Gateway> {
    const changes = new TokenChanges();
    const upstreams = new Upstreams(logger);
    const caches = new ResponseCaches();
    const issuer = new IssuerApi({
      url: config.ISSUER_URL,
      token: config.SERVICE_TOKEN,
      timeoutMs: LOOKUP_TIMEOUT_MS,
    });
    const sharedLimits =
      config.REDIS_URL === undefined ? undefined : new SharedLimits(config.REDIS_URL, logger, config.WORKERS);
    const waf = new Waf();
    const routes = await ActiveRoutes.load({
      file: resolve(config.GATEWAY_CONFIG),
      variables: config.upstreamVariables,
      changes,
      upstreams,
      limits: new Limits(sharedLimits ?? localLimits(config.WORKERS)),
      caches,
      apis: new ApiDocuments(),
      waf,
      logger,
    });
    const origins = await Origins.load();
    const spool = Spool.open({
      dir: config.SPOOL_DIR,
      maxBytes: config.SPOOL_MAX_BYTES,
      gatewayId: config.GATEWAY_ID,
      logger,
    });
    const id = config.GATEWAY_ID ?? spool.streamId;
    const { SPOOL_DIR: dir, SERVICE_TOKEN: serviceToken, NATS_URL: natsUrl } = config;
    const snapshots = new SnapshotKeeper({ dir, serviceToken, changes, logger });
    const journal = ConfigJournal.open({ dir, gateway: id, logger }, routes.inForce);
    routes.onChanged = journal.note;
    const link = new BrokerLink({
      gatewayId: id,
      natsUrl,
      issuer,
      changes,
      snapshots,
      spool,
      journal,
      onKeysChanged: () => routes.current.issuers.refreshKeys(),
      logger,
    });
    const tokens = new TokenView(
      loggedCall(
        (asked: LookupBody) => issuer.lookup(asked.digest, asked.presented),
        'tokens cannot be looked up',
        logger,
      ),
      changes,
    );
    const stats = new RequestStats();
    const decisions = new Decisions();
    const spans = await openSpans(config, id, logger);
    const log = new RequestLog({ spool, origins, stats, decisions, spans, logger });
    const tunnels = new Tunnels();
    const gate = new Gate({
      routes,
      tokens,
      senders: new Senders(),
      singleUses: new SingleUses(
        loggedCall((use: ConsumeBody) => issuer.consume(use), 'tokens cannot be consumed', logger),
      ),
      viewAsOf: () => link.viewAsOf(),
      pass: (exchange, route, credential) =>
        exchange.upgrade
          ? tunnels.begin(exchange, route, credential)
          : route.serve(exchange, route, credential),
    });
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
    observeUpstreams(upstreams);
    observeCaches(caches);
    const watcher = new RouteWatcher(
      resolve(config.GATEWAY_CONFIG),
      (why) => void routes.reload(why).then(() => transport.reload()),
      logger,
    );
    const transport = await Transport.load({
      listeners: routes.current.listeners ?? [plainListener(config.PORT)],
      folder: dirname(resolve(config.GATEWAY_CONFIG)),
      handlers: new DataPlane({ gate, log, sampling: spans }),
      logger,
    });
    return new Gateway(
      id,
      routes,
      issuer,
      transport,
      tunnels,
      decisions,
      link,
      spool,
      upstreams,
      caches,
      watcher,
      waf,
      sharedLimits,
      spans,
    );
  }

  /** @param host for listeners that name none. */
  async start(host: string): Promise<readonly OpenPort[]> {
    this.link.start();
    await this.sharedLimits?.start();
    return this.transport.listen(host);
  }

  /** Finishes what is under way, then sends what was recorded, each within a bound. */
  async stop(): Promise<void> {
    this.watcher.close();
    this.tunnels.drain();
    await this.transport.drain(DRAIN_LIMIT_MS);
    this.waf.close();
    await this.upstreams.destroy();
    this.spool.close();
    await Promise.all([this.link.stop(), this.spans?.stop()]);
    this.sharedLimits?.stop();
    await this.issuer.close();
  }
}
