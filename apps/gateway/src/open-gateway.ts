import { dirname, resolve } from 'node:path';
import { IssuerApi } from '@gatehouse/client';
import type { ConsumeBody, LeaseCreditsBody, LookupBody } from '@gatehouse/contracts';
import type { Logger } from '@gatehouse/service';
import { ResponseCaches } from './cache/response-caches.js';
import { CreditLeases } from './credits/credit-leases.js';
import { measured } from './credits/credit-metrics.js';
import { Credits } from './credits/credits.js';
import { Decisions } from './decisions/decisions.js';
import { Gateway } from './gateway.js';
import type { GatewayConfig } from './gateway.config.js';
import { observeGateway } from './observe-gateway.js';
import { linkOf } from './open-link.js';
import { localLimits } from './limits/limit-store.js';
import { Limits } from './limits/limits.js';
import { SharedLimits } from './limits/shared-limits.js';
import { ApiDocuments } from './openapi/api-documents.js';
import { documentsFrom } from './publishing/documents/documents-from.js';
import { PublishedApis } from './publishing/published-apis.js';
import { Recompiling } from './publishing/recompiling.js';
import { Origins } from './records/origins/origins.js';
import { RequestLog } from './records/request-log.js';
import { RequestStats } from './records/request-stats.js';
import { Spool } from './records/spool/spool.js';
import { DataPlane } from './request/data-plane.js';
import { Gate } from './request/gate.js';
import { ActiveRoutes } from './routes/active-routes.js';
import { RouteWatcher } from './routes/route-watcher.js';
import { Senders } from './tokens/binding/senders.js';
import { loggedCall } from './tokens/logged-call.js';
import { SingleUses } from './tokens/single-uses.js';
import { SnapshotKeeper } from './tokens/snapshot/snapshot-keeper.js';
import { TokenChanges } from './tokens/token-changes.js';
import { TokenView } from './tokens/token-view.js';
import { openSpans } from './tracing/open-spans.js';
import { plainListener } from './transport/listener-spec.js';
import { Transport } from './transport/transport.js';
import { Tunnels } from './transport/web-socket/tunnels.js';
import { Upstreams } from './upstream/upstreams.js';
import { Waf } from './waf/waf.js';

const LOOKUP_TIMEOUT_MS = 3_000;

/**
 * Loads routes, opens the spool and puts the parts of a gateway together. Nothing listens yet.
 * @throws RoutesRejected, SpoolInUse, Error for certificates that cannot be used.
 */
export async function openGateway(config: GatewayConfig, logger: Logger): Promise<Gateway> {
  const file = resolve(config.GATEWAY_CONFIG);
  const changes = new TokenChanges();
  const published = new PublishedApis();
  const { SPOOL_DIR: dir, SERVICE_TOKEN: serviceToken } = config;
  const snapshots = new SnapshotKeeper({ dir, serviceToken, changes, published, logger });
  const restored = snapshots.restore();
  const issuer = new IssuerApi({
    url: config.ISSUER_URL,
    token: config.SERVICE_TOKEN,
    timeoutMs: LOOKUP_TIMEOUT_MS,
  });
  const documents = documentsFrom(issuer, dir, logger);
  await documents.restore(published.all());
  const upstreams = new Upstreams(logger);
  const caches = new ResponseCaches();
  const waf = new Waf();
  const { REDIS_URL, WORKERS } = config;
  const sharedLimits = REDIS_URL === undefined ? undefined : new SharedLimits(REDIS_URL, logger, WORKERS);
  const routes = await ActiveRoutes.load({
    file,
    variables: config.upstreamVariables,
    changes,
    upstreams,
    limits: new Limits(sharedLimits ?? localLimits(WORKERS)),
    caches,
    apis: new ApiDocuments(),
    waf,
    published,
    documents,
    logger,
  });
  const recompiling = new Recompiling(() => routes.followPublished());
  documents.onChange = () => recompiling.ask();
  const { spool, ...records } = await openRecords(config, logger);
  const { id, stats, decisions, spans, log } = records;
  const link = linkOf(config, {
    id,
    issuer,
    changes,
    published,
    snapshots,
    restored,
    recompiling,
    spool,
    routes,
    logger,
  });
  const tunnels = new Tunnels();
  const tokens = tokenView(issuer, changes, logger);
  const creditLeases = leasesOf(id, issuer, changes, logger);
  const credits = new Credits(creditLeases);
  const gate = new Gate({
    routes,
    tokens,
    senders: new Senders(),
    singleUses: singleUses(issuer, logger),
    credits,
    viewAsOf: () => link.viewAsOf(),
    pass: (exchange, route, credential) =>
      exchange.upgrade
        ? tunnels.begin(exchange, route, credential)
        : route.serve(exchange, route, credential),
  });
  observeGateway({
    stats,
    spool,
    link,
    tokens,
    changes,
    upstreams,
    caches,
    credits,
    creditLeases,
    routes,
    published,
  });
  const transport = await Transport.load({
    listeners: routes.current.listeners ?? [plainListener(config.PORT)],
    folder: dirname(file),
    handlers: new DataPlane({ gate, log, sampling: spans }),
    logger,
  });
  const watcher = new RouteWatcher(
    file,
    (why) => void routes.reload(why).then(() => transport.reload()),
    logger,
  );
  return new Gateway({
    id,
    routes,
    issuer,
    transport,
    tunnels,
    decisions,
    link,
    recompiling,
    documents,
    spool,
    upstreams,
    caches,
    watcher,
    waf,
    creditLeases,
    sharedLimits,
    spans,
  });
}

/** What is written down of requests. */
async function openRecords(config: GatewayConfig, logger: Logger) {
  const origins = await Origins.load();
  const spool = Spool.open({
    dir: config.SPOOL_DIR,
    maxBytes: config.SPOOL_MAX_BYTES,
    gatewayId: config.GATEWAY_ID,
    logger,
  });
  const id = config.GATEWAY_ID ?? spool.streamId;
  const stats = new RequestStats();
  const decisions = new Decisions();
  const spans = await openSpans(config, id, logger);
  const log = new RequestLog({ spool, origins, stats, decisions, spans, logger });
  return { id, spool, stats, decisions, spans, log };
}

function tokenView(issuer: IssuerApi, changes: TokenChanges, logger: Logger): TokenView {
  const lookup = (asked: LookupBody) => issuer.lookup(asked.digest, asked.presented);
  return new TokenView(loggedCall(lookup, 'tokens cannot be looked up', logger), changes);
}

function singleUses(issuer: IssuerApi, logger: Logger): SingleUses {
  const consume = (use: ConsumeBody) => issuer.consume(use);
  return new SingleUses(loggedCall(consume, 'tokens cannot be consumed', logger));
}

function leasesOf(id: string, issuer: IssuerApi, changes: TokenChanges, logger: Logger): CreditLeases {
  const lease = measured((body: LeaseCreditsBody) => issuer.leaseCredits(body));
  return new CreditLeases(id, loggedCall(lease, 'credits cannot be leased', logger), changes);
}
