import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call, type Called } from '../../apps/gateway/test/call.js';
import { type Stage, setStage } from '../../apps/gateway/test/stage.js';
import { until } from '../../apps/gateway/test/until.js';
import { MisbehavingServer, type Trouble } from './misbehaving-server.js';

const HEADERS_MS = 300;
const TOTAL_MS = 900;
const OPEN_MS = 500;
/** How long a refusal or an answer may take beside the time-outs; generous, because machines of tests are busy. */
const SLACK_MS = 20_000;
const MINIMUM_REQUESTS = 10;
const CLIENTS = 20;

interface Timed extends Called {
  ms: number;
}

/** To one target, with a breaker and a budget of retries. */
const badRoute = (id: string, url: string, timeouts: string): string => `  - id: ${id}
    path: /${id}
    scopes: { '*': [] }
    timeouts: ${timeouts}
    upstream:
      targets: [{ url: '${url}' }]
      retries: { max: 1, on: [connect, reset, timeout], budgetPercent: 20, reserve: 5 }
      breaker: { minimumRequests: ${MINIMUM_REQUESTS}, openMs: ${OPEN_MS} }`;

describe('a gateway whose upstream misbehaves', () => {
  let stage: Stage;
  let bad: MisbehavingServer;
  let token: string;
  const at = async (path: string): Promise<Timed> => {
    const startedAt = performance.now();
    const answer = await call(`${stage.gateway.url}${path}`, token).catch(() => ({
      status: 0,
      code: 'cut off',
      headers: new Headers(),
      body: '',
    }));
    return { ...answer, ms: performance.now() - startedAt };
  };

  beforeAll(async () => {
    bad = await MisbehavingServer.start();
    stage = await setStage({
      routes: `
routes:
${badRoute('bad', bad.url, '{}')}
${badRoute('brief', bad.url, `{ headersMs: ${HEADERS_MS}, bodyMs: ${HEADERS_MS}, totalMs: ${TOTAL_MS} }`)}
  - { id: one, path: /one, scopes: { '*': [] }, upstream: { url: '${bad.url}', breaker: { minimumRequests: ${MINIMUM_REQUESTS}, openMs: ${OPEN_MS} } } }
  - { id: good, path: /good, scopes: { '*': [] }, upstream: '\${UPSTREAM_URL}' }
`,
    });
    token = stage.issuer.issue().token;
    await until(async () => (await at('/good')).status === 200);
  });
  afterAll(async () => {
    await stage.stop();
    await bad.stop();
  });
  beforeEach(async () => {
    bad.trouble = 'none';
    for (const path of ['/bad', '/brief', '/one']) await until(async () => (await at(path)).status === 200);
  });

  it.each<[Trouble, string, readonly string[]]>([
    ['silent', '/brief', ['upstream-timeout', 'upstream-circuit-open']],
    ['half-open', '/brief', ['upstream-timeout', 'upstream-circuit-open']],
    ['reset', '/bad', ['upstream-unavailable', 'upstream-circuit-open']],
    ['garbage', '/bad', ['upstream-unavailable', 'upstream-circuit-open']],
    // On a busy machine not even the head may come in time.
    ['dripping', '/brief', ['cut off', 'upstream-timeout', 'upstream-circuit-open']],
  ])('keeps every wait bounded and every other route whole while it is %s', async (trouble, path, codes) => {
    bad.trouble = trouble;
    const before = bad.requests;
    const load = { on: true };
    const good: Timed[] = [];
    const others = Array.from({ length: 4 }, async () => {
      while (load.on || good.length < 20) good.push(await at('/good'));
    });
    const failed: Timed[] = [];
    const troubled = Array.from({ length: CLIENTS }, async () => {
      for (let i = 0; i < 3; i++) failed.push(await at(path));
    });
    await Promise.all(troubled);
    load.on = false;
    await Promise.all(others);

    expect(new Set(good.map(({ status }) => status))).toEqual(new Set([200]));
    expect(good.length).toBeGreaterThanOrEqual(20);
    expect(Math.max(...good.map(({ ms }) => ms))).toBeLessThan(SLACK_MS);
    for (const { code } of failed) expect(codes).toContain(code);
    expect(failed.map(({ code }) => code)).toContain(codes[0]);
    expect(Math.max(...failed.map(({ ms }) => ms))).toBeLessThan(TOTAL_MS + SLACK_MS);
    // All of it would be as many again, were they retried without a budget.
    expect(bad.requests - before).toBeLessThanOrEqual(failed.length * 1.2 + 5);
  });

  it.each([
    ['a group', '/bad'],
    ['one URL', '/one'],
  ])('refuses at once while the breaker of %s is open, and says when to come back', async (_, path) => {
    bad.trouble = 'reset';
    await until(async () => (await at(path)).code === 'upstream-circuit-open');
    const before = bad.requests;
    const startedAt = performance.now();
    const refused = await Promise.all(Array.from({ length: 50 }, () => at(path)));
    const probesDue = Math.floor((performance.now() - startedAt) / OPEN_MS) + 1;
    const open = refused.filter(({ code }) => code === 'upstream-circuit-open');
    expect(open.length).toBeGreaterThanOrEqual(50 - probesDue);
    for (const { headers, status } of open) {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(bad.requests - before).toBeLessThanOrEqual(probesDue);
  });

  it('sends single probes while it lasts, and everything once it is over', async () => {
    bad.trouble = 'reset';
    await until(async () => (await at('/bad')).code === 'upstream-circuit-open');
    const before = bad.requests;
    const startedAt = performance.now();
    while (performance.now() - startedAt < 3 * OPEN_MS || bad.requests === before) {
      await Promise.all(Array.from({ length: 5 }, () => at('/bad')));
      await delay(20);
    }
    const probes = bad.requests - before;
    expect(probes).toBeGreaterThan(0);
    expect(probes).toBeLessThanOrEqual((performance.now() - startedAt) / OPEN_MS + 1);
    bad.trouble = 'none';
    await eventually(async () => expect((await at('/bad')).status).toBe(200));
    const after = await Promise.all(Array.from({ length: CLIENTS }, () => at('/bad')));
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('goes on when every kept connection breaks at once', async () => {
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: CLIENTS }, () => at('/bad')));
      bad.breakAll();
      await eventually(async () => expect((await at('/bad')).status).toBe(200));
    }
  });

  it('lets go of the connection of every request that ran out of time', async () => {
    bad.trouble = 'dripping';
    await Promise.all(Array.from({ length: 5 }, () => at('/brief')));
    await eventually(() => expect(bad.dripping).toBe(0));
  });
});
