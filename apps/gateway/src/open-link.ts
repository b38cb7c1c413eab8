import type { IssuerApi } from '@gatehouse/client';
import type { Logger } from '@gatehouse/service';
import { BrokerLink } from './broker-link.js';
import { ConfigJournal } from './configuration/config-journal.js';
import type { GatewayConfig } from './gateway.config.js';
import type { PublishedApis } from './publishing/published-apis.js';
import type { Recompiling } from './publishing/recompiling.js';
import type { Spool } from './records/spool/spool.js';
import type { ActiveRoutes } from './routes/active-routes.js';
import type { SnapshotKeeper, ViewState } from './tokens/snapshot/snapshot-keeper.js';
import type { TokenChanges } from './tokens/token-changes.js';

/** What has to do with NATS. */
export interface LinkParts {
  readonly id: string;
  readonly issuer: IssuerApi;
  readonly changes: TokenChanges;
  readonly published: PublishedApis;
  readonly snapshots: SnapshotKeeper;
  readonly restored: ViewState;
  readonly recompiling: Recompiling;
  readonly spool: Spool;
  readonly routes: ActiveRoutes;
  readonly logger: Logger;
}

/** What goes to NATS, and what comes from there. */
export function linkOf(config: Pick<GatewayConfig, 'SPOOL_DIR' | 'NATS_URL'>, parts: LinkParts): BrokerLink {
  const { id, recompiling, routes, ...others } = parts;
  const journal = ConfigJournal.open(
    { dir: config.SPOOL_DIR, gateway: id, logger: parts.logger },
    routes.inForce,
  );
  routes.onChanged = journal.note;
  return new BrokerLink({
    ...others,
    gatewayId: id,
    natsUrl: config.NATS_URL,
    journal,
    onKeysChanged: () => routes.current.issuers.refreshKeys(),
    onApisChanged: () => recompiling.ask(),
  });
}
