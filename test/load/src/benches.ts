import type { Bench } from './bench.js';
import { auditBench } from './benches/audit.bench.js';
import { auditSearchBench } from './benches/audit-search.bench.js';
import { gatewayBench } from './benches/gateway.bench.js';
import { gatewayEnduranceBench } from './benches/gateway-endurance.bench.js';
import { gatewayMemoryBench } from './benches/gateway-memory.bench.js';
import { gatewayOpaqueBench } from './benches/gateway-opaque.bench.js';
import { issueBench } from './benches/issue.bench.js';
import { oauthBench } from './benches/oauth.bench.js';
import { relayBench } from './benches/relay.bench.js';
import { revocationBench } from './benches/revocation.bench.js';

/** Every bench there is. */
export const benches: readonly Bench[] = [
  gatewayBench,
  gatewayOpaqueBench,
  gatewayMemoryBench,
  gatewayEnduranceBench,
  revocationBench,
  issueBench,
  oauthBench,
  relayBench,
  auditBench,
  auditSearchBench,
];
