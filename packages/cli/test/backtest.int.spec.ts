import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type RecordedRequest, problemOf } from '@gatehouse/contracts';
import { json, serve } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';
import { sampleToken } from '../../client/test/sample-token.js';

const ROUTES = `
routes:
  - { id: demo, path: /demo, upstream: '\${UPSTREAM_URL}', scopes: { GET: [] } }
`;
const PAGE = 700;
const START = Date.now() - 3_600_000;

/** Two tokens in turn, ten requests a second; one of them no issuer knows. */
const REQUESTS = Array.from({ length: 2_000 }, (_, i): RecordedRequest => {
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

let system: Awaited<ReturnType<typeof serve>>;
let queries: URLSearchParams[];
let lookups: string[];
let analyticsDown: boolean;
let folder: string;

/** The issuer, analytics and a gateway's admin port, as far as a backtest sees them. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backtest-'));
  system = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://system');
    const notFound = () => json(response, 404, problemOf('not-found', 'no', 'r'));
    if (pathname === '/v1/config')
      return json(response, 200, {
        gateway: 'edge-1',
        version: 'a'.repeat(64),
        loadedAt: REQUESTS[0].at,
        rejected: null,
        text: ROUTES,
      });
    if (pathname === '/v1/usage') {
      const totals = {
        calls: REQUESTS.length,
        errors: 0,
        latencyMs: { p50: 0, p95: 0, p99: 0 },
        requestBytes: 0,
        responseBytes: 0,
        credits: 0,
      };
      const window = {
        from: REQUESTS[0].at,
        to: REQUESTS[0].at,
        interval: 'all',
        groupBy: [],
        rows: [],
        missing: 0,
      };
      return json(response, 200, { ...window, totals });
    }
    if (pathname === '/v1/requests') {
      queries.push(searchParams);
      const [ms = '0'] = searchParams.get('cursor')?.split('~') ?? [];
      const from = Number(ms);
      if (analyticsDown && from > 0)
        return json(response, 503, problemOf('database-unavailable', 'away', 'r'));
      const items = REQUESTS.slice(from, from + PAGE);
      return json(response, 200, { items, nextCursor: items.length === PAGE ? `${from + PAGE}~g~1` : null });
    }
    lookups.push(pathname);
    return pathname.endsWith(sampleToken.id) ? json(response, 200, sampleToken) : notFound();
  });
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  [queries, lookups, analyticsDown] = [[], [], false];
});

async function backtest(...args: string[]) {
  const terminal = new CapturedTerminal();
  const urls = ['--issuer-url', '--analytics-url', '--gateway-admin-url'].flatMap((option) => [
    option,
    system.url,
  ]);
  const exitCode = await runGatehouse(['backtest', ...args, ...urls], {
    env: { GATEHOUSE_TOKEN: 'gh_live_admin' },
    terminal,
    input: Readable.from([]),
  });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse backtest', () => {
  it('puts a new limit on top of what is in force, and says what it would have refused', async () => {
    const { exitCode, out, err } = await backtest('--limit', 'token:60/1m', '--route', 'demo');
    // Of each token five a second came for 200 s: 60 at once, then one a second.
    const passed = (60 + 199) * 2;
    expect(exitCode).toBe(0);
    expect(out).toContain(
      `${(2_000 - passed).toLocaleString('en')} of those that were let through would have been refused`,
    );
    expect(out).toMatch(/demo +limit-token-60s +rate-limited +1,482 +2 /);
    expect(out).toContain('the scopes of 1 tokens (1,000 requests) are not known here');
    expect(err).toContain('judged: 2000/2000');
    expect(lookups.toSorted()).toEqual(['/v1/tokens/jti', `/v1/tokens/${sampleToken.id}`].toSorted());
  });

  it('says it in JSON, with first and last examples by rule and by token', async () => {
    const { out } = await backtest('--ip-deny', '198.51.100.0/24', '--top', '1', '--last', '5000', '--json');
    expect(JSON.parse(out)).toMatchObject({
      requests: 2_000,
      wouldRefuse: 10,
      byRule: [{ rule: 'route-ip-deny', tokens: 2, first: { requestId: 'r0' }, last: { requestId: 'r9' } }],
      byToken: [{ tokenId: sampleToken.id, requests: 5, last: { requestId: 'r8' } }],
      moreTokens: 1,
    });
    expect(queries[0]?.get('last')).toBe('5000');
    expect(queries).toHaveLength(3);
  });

  it('tries scopes, and whole files', async () => {
    const scope = JSON.parse((await backtest('--scope', 'GET=demo:admin', '--json')).out);
    expect(scope).toMatchObject({ wouldRefuse: 1_000, byToken: [{ tokenId: sampleToken.id }] });
    const file = join(folder, 'gateway.yaml');
    await writeFile(file, ROUTES.replace('/demo', '/moved'));
    const moved = JSON.parse((await backtest('--file', file, '--json')).out);
    expect(moved).toMatchObject({ wouldRefuse: 2_000, byRule: [{ route: '', code: 'route-not-found' }] });
  });

  it.each([
    ['no rule', [], 2, 'what is new?'],
    ['a limit it cannot read', ['--limit', 'token:5'], 2, 'expected such as token:100/60s'],
    ['a limit that no gateway takes', ['--limit', 'moon:5/60s'], 1, 'limits[0].per'],
    ['a scope rule it cannot read', ['--scope', 'orders:read'], 2, 'expected such as GET=orders:read'],
    [
      'a route there is not',
      ['--ip-deny', '192.0.2.1', '--route', 'none'],
      1,
      'there is no route none: demo',
    ],
    ['a range that is none', ['--ip-allow', '192.0.2.0/99'], 1, 'ipAllow[0]'],
  ])('refuses %s', async (_, args, exitCode, complaint) => {
    const outcome = await backtest(...args);
    expect(outcome).toMatchObject({ exitCode, out: '' });
    expect(outcome.err).toContain(complaint);
  });

  it('fails when the records end in the middle', async () => {
    analyticsDown = true;
    const outcome = await backtest('--ip-deny', '192.0.2.1');
    expect(outcome).toMatchObject({ exitCode: 1, out: '' });
    expect(outcome.err).toContain('database cannot be reached');
  });
});
