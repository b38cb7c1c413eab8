import type { BacktestInput, RecordedRequest } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { Backtest } from './backtest.js';
import { type NewRules, withRules } from './new-rules.js';
import { triedFile } from './tried-rules.js';

const ROUTES = `
routes:
  - { id: orders, hosts: ['*.example.com'], path: '/orders/{id}', upstream: 'http://orders', scopes: { GET: [orders:read] } }
  - { id: rest, path: /rest/*, upstream: 'http://rest', scopes: { '*': [] } }
`;
const START = Date.parse('2026-07-01T08:00:00.000Z');

/** A request that was let through so many milliseconds after the start. */
const request = (atMs: number, change: Partial<RecordedRequest> = {}): BacktestInput => ({
  request: {
    arrivedAt: new Date(START + atMs).toISOString(),
    at: new Date(START + atMs + (change.latencyMs ?? 5)).toISOString(),
    requestId: `r${atMs}`,
    tenant: 'default',
    route: 'rest',
    tokenId: 'tok_1',
    method: 'GET',
    path: '/rest/x',
    status: 200,
    outcome: 'served',
    code: '',
    clientAddress: '192.0.2.1',
    userAgent: 'curl',
    latencyMs: 5,
    ...change,
  },
});
const token = (id: string, scopes: string[], ipAllow: string[] = []): BacktestInput => ({
  token: { id, tenant: 'default', scopes, ipAllow },
});
const order = (ms: number, tokenId: string): BacktestInput =>
  request(ms, { tokenId, route: 'orders', path: '/orders/7?q=' });
const NO_VARIABLES = new Map<string, string>();

/** What a file, or new rules on top of {@link ROUTES}, would have made of what was recorded. */
function backtest(tried: string | NewRules, inputs: readonly BacktestInput[]) {
  const test =
    typeof tried === 'string'
      ? new Backtest(triedFile(tried, 'gateway.yaml', undefined, NO_VARIABLES))
      : new Backtest(triedFile(ROUTES, 'gateway.yaml', tried, NO_VARIABLES));
  for (const input of inputs) test.take(JSON.stringify(input));
  return test.report(1);
}

describe('a backtest', () => {
  it('finds nothing to refuse where nothing is new', () => {
    const inputs = [request(0), request(1, { path: '/orders/7', route: 'orders' })];
    expect(backtest(ROUTES, inputs)).toEqual({
      from: '2026-07-01T08:00:00.000Z',
      to: '2026-07-01T08:00:00.001Z',
      requests: 2,
      notJudged: 0,
      wouldRefuse: 0,
      wouldLetThrough: 0,
      unknown: { tokens: 1, requests: 2 },
      byRule: [],
      byToken: [],
      moreTokens: 0,
    });
  });

  it('says nothing of requests to published APIs, whose rules are not in the file', () => {
    const published = { route: `api-${'0'.repeat(31)}a-1`, path: '/published/x' };
    expect(backtest(ROUTES, [request(0), request(1, published)])).toMatchObject({
      requests: 2,
      notJudged: 1,
      wouldRefuse: 0,
    });
  });

  it('knows the lists of addresses of the whole gateway', () => {
    const tried = `ipDeny: [192.0.2.0/24]\n${ROUTES}`;
    expect(backtest(tried, [request(0), request(1, { clientAddress: '10.0.0.1' })])).toMatchObject({
      wouldRefuse: 1,
      byRule: [{ route: 'rest', rule: 'address', code: 'ip-not-allowed' }],
    });
  });

  it('counts a rate as the gateway does, by the times of the record: a burst, then an even pace', () => {
    const limits = [{ per: 'token' as const, requests: 2, windowSeconds: 2 }];
    const times = [0, 1, 2, 3, 1_000, 1_001, 2_000];
    const { wouldRefuse, byRule } = backtest(
      { limits },
      times.map((ms) => request(ms)),
    );
    expect(wouldRefuse).toBe(3);
    expect(byRule).toMatchObject([
      {
        route: 'rest',
        rule: 'limit-token-2s',
        code: 'rate-limited',
        requests: 3,
        tokens: 1,
        first: { requestId: 'r2', arrivedAt: '2026-07-01T08:00:00.002Z' },
        last: { requestId: 'r1001' },
      },
    ]);
  });

  it('knows what was under way at once from when requests came and ended', () => {
    const limits = [{ per: 'ip' as const, concurrent: 2 }];
    const long = { latencyMs: 100 };
    const inputs = [request(0, long), request(10, long), request(20, long), request(100), request(105, long)];
    expect(backtest({ limits }, inputs).byRule).toMatchObject([
      { rule: 'limit-ip-concurrent', code: 'too-many-at-once', requests: 1, first: { requestId: 'r20' } },
    ]);
  });

  it('counts quotas by the calendar, and limits by plan, identity, user and application as recorded', () => {
    const limits = [
      { per: 'tenant' as const, requests: 1, every: 'day' as const, plans: ['free'] },
      { per: 'user' as const, requests: 1, every: 'month' as const },
    ];
    const day = 24 * 3_600_000;
    const inputs = [
      request(0, { plan: 'free', userId: 'u1' }),
      request(1, { plan: 'free', userId: 'u2' }),
      request(2, { plan: 'paid', userId: 'u2' }),
      request(day, { plan: 'free', userId: 'u2', tokenId: 'tok_2' }),
      request(day + 1, { plan: 'paid', userId: 'u3' }),
    ];
    expect(backtest({ limits }, inputs).byRule.map(({ rule, requests }) => [rule, requests])).toEqual([
      ['limit-tenant-day-free', 1],
      ['limit-user-month', 1],
    ]);
  });

  it('tells by addresses, of the route and of the token', () => {
    const rules = { ipDeny: ['192.0.2.0/28'], ipAllow: ['192.0.2.0/24'] };
    const inputs = [
      token('tok_bound', [], ['192.0.2.99']),
      ...['192.0.2.3', '192.0.2.99', '198.51.100.1'].map((clientAddress, i) => request(i, { clientAddress })),
    ];
    expect(backtest(rules, inputs).byRule.map(({ rule, code }) => [rule, code])).toEqual([
      ['route-ip-deny', 'ip-not-allowed'],
      ['route-ip-allow', 'ip-not-allowed'],
    ]);
    const elsewhere = request(9, { tokenId: 'tok_bound', clientAddress: '192.0.2.50' });
    expect(backtest(ROUTES, [inputs[0], elsewhere]).byRule).toMatchObject([{ rule: 'token-ip-allow' }]);
    const denied: BacktestInput = {
      token: { id: 'tok_bound', tenant: 'default', scopes: [], ipAllow: [], ipDeny: ['192.0.2.50'] },
    };
    expect(backtest(ROUTES, [denied, elsewhere]).byRule).toMatchObject([{ rule: 'token-ip-deny' }]);
  });

  it('tells by what tokens hold today, also in scopes bound to the path, and says where it cannot', () => {
    const scopes = { GET: ['orders:read', 'order:{id}'] };
    const inputs = [
      token('tok_seven', ['orders:read', 'order:7']),
      token('tok_eight', ['orders:read', 'order:8']),
      order(0, 'tok_seven'),
      order(1, 'tok_eight'),
      order(2, 'jti-of-an-access-token'),
    ];
    const report = backtest({ routes: ['orders'], scopes }, inputs);
    expect(report.byToken).toMatchObject([{ tokenId: 'tok_eight', requests: 1 }]);
    expect(report.unknown).toEqual({ tokens: 1, requests: 1 });
  });

  it('puts down to new rules only what the old ones let through', () => {
    const held = [token('tok_1', [])];
    const inputs = [...held, request(0, { route: 'orders', path: '/orders/7' })]; // its scope was taken from it since
    const rules = { limits: [{ per: 'token' as const, requests: 9, windowSeconds: 1 }] };
    expect(backtest(rules, inputs).wouldRefuse).toBe(0);
    expect(backtest(ROUTES, inputs).byRule).toMatchObject([{ route: 'orders', rule: 'scope' }]);
  });

  it('names routes and methods that a new file lacks', () => {
    const file = ROUTES.replace('/rest/*', '/rest/y').replace('GET:', 'POST:');
    const inputs = [request(0), request(1, { route: 'orders', path: '/orders/7' })];
    expect(backtest(file, inputs).byRule.map(({ route, code }) => [route, code])).toEqual([
      ['', 'route-not-found'],
      ['orders', 'method-not-allowed'],
    ]);
  });

  it('counts what a rule refused and the new ones would not, and judges nothing that no rule decides', () => {
    const refused = { status: 429, outcome: 'refused' as const };
    const report = backtest(ROUTES, [
      request(0, { ...refused, code: 'rate-limited' }),
      request(1, { ...refused, code: 'token-revoked' }),
      request(2, { ...refused, code: 'token-missing', tokenId: '' }),
      request(3, { outcome: 'failed', code: 'upstream-timeout' }),
    ]);
    expect(report).toMatchObject({ requests: 4, notJudged: 2, wouldLetThrough: 1, wouldRefuse: 0 });
  });

  it('names as many tokens as it is asked to, the busiest first, and counts the others', () => {
    const inputs = [0, 1, 2].map((ms) => request(ms, { tokenId: ms === 1 ? 'tok_2' : 'tok_1' }));
    const { byToken, moreTokens, byRule } = backtest({ ipDeny: ['192.0.2.1'] }, inputs);
    expect(byToken).toMatchObject([
      { tokenId: 'tok_1', requests: 2, first: { requestId: 'r0' }, last: { requestId: 'r2' } },
    ]);
    expect([moreTokens, byRule[0]?.tokens]).toEqual([1, 2]);
  });

  it('tries rules where they are meant, and refuses what no gateway would take', () => {
    const inputs = [request(0), request(1, { route: 'orders', path: '/orders/7' })];
    const { byRule } = backtest({ routes: ['orders'], ipDeny: ['192.0.2.1'] }, inputs);
    expect(byRule.map(({ route }) => route)).toEqual(['orders']);
    expect(() => withRules(ROUTES, { routes: ['none'] })).toThrow('there is no route none: orders, rest');
    expect(() => backtest({ scopes: { GET: ['order:{nr}'] } }, [])).toThrow('{nr} is no parameter');
  });
});
