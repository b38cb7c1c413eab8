import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { problemOf } from '@gatehouse/contracts';
import { json, serve } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { API, API_ROUTE, CONFIG, REQUESTS, ROUTES, USAGE } from './backtest-records.js';
import { CapturedTerminal } from './captured-terminal.js';
import { sampleToken } from '../../client/test/sample-token.js';

const PAGE = 700;

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
    if (pathname === '/v1/config') return json(response, 200, CONFIG);
    if (pathname === '/v1/apis')
      return json(response, 200, {
        items: searchParams.get('name') === API.name ? [API] : [],
        nextCursor: null,
      });
    if (pathname === `/v1/apis/${API.id}`) return json(response, 200, API);
    if (pathname === '/v1/usage') return json(response, 200, USAGE);
    if (pathname === '/v1/requests') {
      queries.push(searchParams);
      const [ms = '0'] = searchParams.get('cursor')?.split('~') ?? [];
      const from = Number(ms);
      if (analyticsDown && from > 0)
        return json(response, 503, problemOf('database-unavailable', 'away', 'r'));
      const route = searchParams.has('api') ? API_ROUTE : 'demo';
      const items = REQUESTS.slice(from, from + PAGE).map((request) => ({ ...request, route }));
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

  it('judges the requests of a published API by the file that would be published, and by rules on top', async () => {
    const file = join(folder, 'demo.yaml');
    const { name, upstream } = API;
    const routes = [{ path: '/demo', scopes: { GET: ['demo:admin'] } }];
    await writeFile(file, JSON.stringify({ name, upstream, routes }));
    const { out } = await backtest('--api', file, '--json');
    expect(JSON.parse(out)).toMatchObject({
      requests: 2_000,
      notJudged: 0,
      wouldRefuse: 1_000,
      byRule: [{ route: API_ROUTE, code: 'scope-insufficient' }],
    });
    expect(queries.map((query) => query.get('api'))).toEqual([API.id, API.id, API.id]);
    const denied = await backtest('--api', API.id, '--ip-deny', '198.51.100.0/24', '--json');
    expect(JSON.parse(denied.out)).toMatchObject({ wouldRefuse: 10, byRule: [{ rule: 'route-ip-deny' }] });
    await writeFile(file, JSON.stringify({ name: 'Other', upstream, routes }));
    const other = await backtest('--api', file);
    expect(other).toMatchObject({ exitCode: 2, err: expect.stringContaining('no API called "Other"') });
  });

  it.each([
    ['no rule', [], 2, 'what is new?'],
    ['a published API with nothing new', ['--api', API.id], 2, 'what is new?'],
    ['two things at once', ['--api', API.id, '--file', 'gateway.yaml'], 2, 'cannot be used with'],
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
