import { ApiTerms, type BacktestInput, type RecordedRequest } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { Backtest } from './backtest.js';
import type { NewRules } from './new-rules.js';
import { triedApi } from './tried-rules.js';

const HEX = `${'0'.repeat(31)}a`;
const TERMS = {
  name: 'Orders',
  hosts: ['*.acme.example'],
  upstream: 'http://169.254.1.1',
  routes: [
    { path: '/orders/*', scopes: { GET: ['orders:read'] } },
    { path: '/orders/reports', scopes: { '*': [] } },
  ],
};

/** A request to the API that was let through so many milliseconds after the start. */
const request = (atMs: number, change: Partial<RecordedRequest> = {}): BacktestInput => {
  const at = new Date(Date.parse('2026-07-01T08:00:00.000Z') + atMs).toISOString();
  return {
    request: {
      arrivedAt: at,
      at,
      requestId: `r${atMs}`,
      tenant: 'acme',
      route: `api-${HEX}-1`,
      tokenId: 'tok_1',
      method: 'GET',
      path: '/orders/7',
      status: 200,
      outcome: 'served',
      code: '',
      clientAddress: '192.0.2.1',
      userAgent: '',
      latencyMs: 0,
      ...change,
    },
  };
};
const REPORTS = { route: `api-${HEX}-2`, path: '/orders/reports' };
const TOKEN: BacktestInput = {
  token: { id: 'tok_1', tenant: 'acme', scopes: ['orders:read'], ipAllow: [] },
};

/** What other terms, or rules on top of them, would have made of what was recorded. */
function backtest(change: object, inputs: readonly BacktestInput[], rules?: NewRules) {
  const [published, tried] = [ApiTerms.parse(TERMS), ApiTerms.parse({ ...TERMS, ...change })];
  const test = new Backtest(triedApi({ id: `api_${HEX}`, tenant: 'acme', published, tried }, rules));
  for (const input of [TOKEN, ...inputs]) test.take(JSON.stringify(input));
  return test.report(5);
}

describe('a backtest of a published API', () => {
  it('finds nothing to refuse where nothing is new', () => {
    expect(backtest({}, [request(0), request(1, REPORTS)])).toMatchObject({
      requests: 2,
      notJudged: 0,
      wouldRefuse: 0,
    });
  });

  it('says what other scopes, limits and paths would have refused, of this API alone', () => {
    const routes = [
      {
        path: '/orders/*',
        scopes: { GET: ['orders:read'] },
        limits: [{ per: 'token', requests: 2, windowSeconds: 60 }],
      },
      { path: '/orders/reports', scopes: { '*': ['orders:admin'] } },
    ];
    const inputs = [
      ...[0, 1, 2].map((ms) => request(ms)),
      request(3, REPORTS),
      request(4, { route: 'own', path: '/own' }),
      request(5, { route: `api-${HEX.replace('a', 'b')}-1` }),
    ];
    const report = backtest({ routes }, inputs);
    expect(report).toMatchObject({ requests: 6, notJudged: 2, wouldRefuse: 2 });
    expect(report.byRule).toMatchObject([
      { route: `api-${HEX}-1`, rule: 'limit-token-60s', code: 'rate-limited', first: { requestId: 'r2' } },
      { route: `api-${HEX}-2`, rule: 'scope', code: 'scope-insufficient' },
    ]);
    const [all] = TERMS.routes;
    const fewer = backtest({ routes: [{ ...all, path: '/orders/{id}' }] }, [request(0), request(1, REPORTS)]);
    expect(fewer.byRule).toEqual([]); // the wider route takes what the other one took
    const moved = backtest({ routes: [{ ...all, path: '/v2/*' }] }, [request(0)]);
    expect(moved.byRule).toMatchObject([{ route: '', code: 'route-not-found' }]);
  });

  it('tries rules on top of it, and puts down to them only what is new', () => {
    const rules = { routes: [`api-${HEX}-1`], ipDeny: ['192.0.2.1'] };
    expect(backtest({}, [request(0), request(1, REPORTS)], rules).byRule).toMatchObject([
      { route: `api-${HEX}-1`, rule: 'route-ip-deny', requests: 1 },
    ]);
    const stranger = request(0, { tokenId: 'tok_2' });
    const without: BacktestInput = { token: { id: 'tok_2', tenant: 'acme', scopes: [], ipAllow: [] } };
    expect(backtest({}, [without, stranger]).wouldRefuse).toBe(0); // what is published refuses it by now
    expect(() => backtest({}, [], { routes: ['own'], ipDeny: ['192.0.2.1'] })).toThrow(
      'there is no route own',
    );
  });
});
