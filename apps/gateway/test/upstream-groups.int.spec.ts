import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { CALM, NO_RETRIES, TwoTargets } from './two-targets.js';
import { until } from './until.js';

describe('several targets behind a route', () => {
  let all: TwoTargets;
  beforeAll(async () => {
    all = await TwoTargets.start((route, { urls, both }) =>
      [
        route('weights', `{ url: '${urls.a}', weight: 3 }, { url: '${urls.b}/base' }`, CALM),
        route('least', both, `balance: least-connections, ${CALM}, ${NO_RETRIES}`),
        route('by-token', both, `balance: { hash: token }, ${CALM}`),
        route('by-header', both, `balance: { hash: { header: X-Shop } }, ${CALM}`),
        route(
          'ejecting',
          both,
          `outliers: { consecutiveFailures: 3, ejectMs: 3000 }, breaker: { minimumRequests: 100000 }, ${NO_RETRIES}`,
        ),
        route(
          'checked',
          both,
          `health: { path: /health, intervalMs: 100, timeoutMs: 10000, unhealthyAfter: 2 }, ${CALM}`,
        ),
      ].join(''),
    );
  });
  afterAll(() => all.stop());
  beforeEach(() => all.reset());

  it('share the requests by weight, in turn, each under its own path', async () => {
    const seen = await all.answeredBy('/weights/x?y=1', 8);
    expect(seen.filter((name) => name === 'a')).toHaveLength(6);
    expect(seen.join('')).not.toContain('aaaa');
    expect(all.a.requests[0]).toMatchObject({
      url: '/weights/x?y=1',
      headers: { host: new URL(all.a.url).host },
    });
    expect(all.b.requests[0]).toMatchObject({
      url: '/base/weights/x?y=1',
      headers: { host: new URL(all.b.url).host },
    });
  });

  it('leave out whoever has more under way', async () => {
    all.a.behaviour = 'hang';
    all.b.behaviour = 'hang';
    const waiting = Array.from({ length: 6 }, () => all.at('/least/x'));
    await eventually(() => expect([all.a.requests.length, all.b.requests.length]).toEqual([3, 3]));
    all.reset();
    all.a.release();
    all.b.release();
    expect((await Promise.all(waiting)).map(({ body }) => body).toSorted()).toEqual([
      'a',
      'a',
      'a',
      'b',
      'b',
      'b',
    ]);
  });

  it('keep a token, or the value of a header, with one target', async () => {
    expect(new Set(await all.answeredBy('/by-token/x', 6)).size).toBe(1);
    const others = Array.from({ length: 20 }, () =>
      all.at('/by-token/x', {}, all.stage.issuer.issue().token),
    );
    expect(new Set((await Promise.all(others)).map(({ body }) => body))).toEqual(new Set(['a', 'b']));
    const shops = async (shop: string) => {
      const asked = Array.from({ length: 4 }, () => all.at('/by-header/x', { headers: { 'x-shop': shop } }));
      return new Set((await Promise.all(asked)).map(({ body }) => body)).size;
    };
    for (const shop of ['one', 'two', 'three']) expect(await shops(shop)).toBe(1);
  });

  it('do without one that fails in a row, and take it back after a while', async () => {
    all.a.behaviour = 503;
    await until(async () => {
      await all.at('/ejecting/x');
      return (await all.viewOf('ejecting', all.a)).ejected;
    });
    all.a.behaviour = 200;
    const before = all.a.requests.length;
    expect(await all.answeredBy('/ejecting/x', 4)).toEqual(['b', 'b', 'b', 'b']);
    expect(all.a.requests).toHaveLength(before);
    expect(await all.viewOf('ejecting', all.a)).toMatchObject({ ejections: 1, breaker: 'closed' });
    await eventually(async () =>
      expect(new Set(await all.answeredBy('/ejecting/x', 4))).toEqual(new Set(['a', 'b'])),
    );
  });

  it('never lose more of them than they may', async () => {
    await until(async () => !(await all.viewOf('ejecting', all.a)).ejected);
    all.a.behaviour = 503;
    all.b.behaviour = 503;
    for (let i = 0; i < 20; i++) await all.at('/ejecting/x');
    const ejected = [await all.viewOf('ejecting', all.a), await all.viewOf('ejecting', all.b)].filter(
      (one) => one.ejected,
    );
    expect(ejected).toHaveLength(1);
    expect((await all.at('/ejecting/x')).status).toBe(503);
  });

  it('get no requests while their health check says no, unless all of them say so', async () => {
    await eventually(() => expect(all.a.checks).toBeGreaterThan(0));
    all.a.isWell = false;
    await eventually(async () => expect((await all.viewOf('checked', all.a)).check).toBe('down'));
    expect(await all.answeredBy('/checked/x', 4)).toEqual(['b', 'b', 'b', 'b']);
    all.b.isWell = false;
    await eventually(async () => expect((await all.viewOf('checked', all.b)).check).toBe('down'));
    expect(new Set(await all.answeredBy('/checked/x', 4))).toEqual(new Set(['a', 'b']));
    all.a.isWell = true;
    await eventually(async () => expect((await all.viewOf('checked', all.a)).check).toBe('up'));
    expect(await all.answeredBy('/checked/x', 4)).toEqual(['a', 'a', 'a', 'a']);
  });

  it('keep what is known of them over a reload, and show it in metrics by target alone', async () => {
    const before = await all.viewOf('weights', all.a);
    process.kill(all.stage.gateway.pid, 'SIGHUP');
    const loadedAt = (await all.stage.gateway.activeRoutes()).loadedAt;
    process.kill(all.stage.gateway.pid, 'SIGHUP');
    await until(async () => (await all.stage.gateway.activeRoutes()).loadedAt !== loadedAt);
    expect((await all.viewOf('weights', all.a)).requests.ok).toBe(before.requests.ok);
    const { body } = await call(`${all.stage.gateway.adminUrl}/metrics`, ADMIN_TOKEN);
    expect(body).toContain(
      `gatehouse_gateway_upstream_requests_total{upstream="weights",target="${all.a.url}",outcome="ok"} ${before.requests.ok}`,
    );
    expect(body).toContain(`gatehouse_gateway_upstream_up{upstream="weights",target="${all.a.url}"} 1`);
    expect(body).toMatch(/gatehouse_gateway_upstream_ejections_total\{upstream="ejecting"\} [1-9]/);
  });

  it('are shown to their own tenant alone', async () => {
    const other = all.stage.issuer.issue({ tenant: 'acme', scopes: ['gateway:read'] }).token;
    expect(await all.upstreams(other)).toEqual([]);
  });
});
