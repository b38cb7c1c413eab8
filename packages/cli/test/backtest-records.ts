import type { RecordedRequest } from '@gatehouse/contracts';
import { sampleToken } from '../../client/test/sample-token.js';

export const ROUTES = `
routes:
  - { id: demo, path: /demo, upstream: '\${UPSTREAM_URL}', scopes: { GET: [] } }
`;
/** As it is published; every request came to its one route. */
export const API = {
  id: `api_${'0'.repeat(32)}`,
  tenant: 'default',
  name: 'Demo',
  description: '',
  upstream: 'http://127.0.0.1:1',
  routes: [{ path: '/demo', scopes: { GET: [] } }],
  version: 1,
  publishedAt: '2026-07-01T08:00:00.000Z',
  publishedBy: 'system:test',
  changedAt: '2026-07-01T08:00:00.000Z',
};
export const API_ROUTE = `api-${'0'.repeat(32)}-1`;
const START = Date.now() - 3_600_000;

/** Two tokens in turn, ten requests a second; one of them no issuer knows. */
export const REQUESTS = Array.from({ length: 2_000 }, (_, i): RecordedRequest => {
  const at = new Date(START + i * 100).toISOString();
  return {
    arrivedAt: at,
    at,
    requestId: `r${i}`,
    tenant: 'default',
    route: 'demo',
    tokenId: i % 2 === 0 ? sampleToken.id : 'jti',
    method: 'GET',
    path: '/demo',
    status: 200,
    outcome: 'served',
    code: '',
    clientAddress: i < 10 ? '198.51.100.7' : '192.0.2.1',
    userAgent: '',
    latencyMs: 0,
  };
});

/** What a gateway answers of the configuration in force. */
export const CONFIG = {
  gateway: 'edge-1',
  version: 'a'.repeat(64),
  loadedAt: REQUESTS[0].at,
  rejected: null,
  text: ROUTES,
};

/** What analytics answers of how many there were. */
export const USAGE = {
  from: REQUESTS[0].at,
  to: REQUESTS[0].at,
  interval: 'all',
  groupBy: [],
  rows: [],
  missing: 0,
  totals: {
    calls: REQUESTS.length,
    errors: 0,
    latencyMs: { p50: 0, p95: 0, p99: 0 },
    requestBytes: 0,
    responseBytes: 0,
    credits: 0,
  },
};
