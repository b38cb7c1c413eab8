import { setTimeout as delay } from 'node:timers/promises';
import { eventually, freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { memoryOf } from '../../apps/gateway/test/memory-of.js';
import { DEMO_ROUTES } from '../../apps/gateway/test/running-gateway.js';
import { type Stage, setStage } from '../../apps/gateway/test/stage.js';
import { until } from '../../apps/gateway/test/until.js';
import { SlowClient, type Slowness } from './slow-client.js';

/** Those that hold on to the upstream too are fewer than the connections it is given. */
const MIXTURE: Readonly<Record<Slowness, number>> = {
  head: 350,
  body: 150,
  reader: 50,
  'kept-alive': 100,
  silent: 350,
};
/** So many connections may come from one address. */
const PER_ADDRESS = 100;
/** Until the last of them is ended, on a slow machine. */
const ALL_MS = 60_000;
const MIB = 1024 * 1024;

describe('a gateway among 1,000 slow clients', () => {
  let stage: Stage;
  let url: string;
  let token: string;
  let slow: SlowClient[];
  const served: number[] = [];
  let grownBy = 0;

  beforeAll(async () => {
    const port = await freePort();
    const bounds = `{ headersSeconds: 4, slowSeconds: 4, keepAliveSeconds: 4, maxConnectionsPerAddress: ${PER_ADDRESS} }`;
    stage = await setStage({
      routes: `listeners: [{ name: web, port: ${port}, bounds: ${bounds} }]\n${DEMO_ROUTES}`,
    });
    url = `http://127.0.0.1:${port}`;
    token = stage.issuer.issue({ scopes: ['demo:read', 'demo:write'] }).token;
    await until(async () => (await call(`${url}/demo/x`, token)).status === 200);
    const before = memoryOf(stage.gateway.pid);

    const kinds = Object.entries(MIXTURE).flatMap(([slowness, count]) =>
      Array.from({ length: count }, () => slowness as Slowness),
    );
    slow = kinds.map(
      (slowness, i) => new SlowClient(slowness, port, token, `127.0.1.${1 + Math.floor(i / PER_ADDRESS)}`),
    );
    const rest = { isOver: false };
    const good = Array.from({ length: 8 }, async (_, i) => {
      const init = i % 2 === 0 ? {} : { method: 'POST', body: 'x'.repeat(10_000) };
      while (!rest.isOver) {
        served.push((await call(`${url}/demo/${i % 2 === 0 ? 'x' : 'count'}`, token, init)).status);
        grownBy = Math.max(grownBy, memoryOf(stage.gateway.pid) - before);
        await delay(5);
      }
    });
    await until(async () => (await cutOff('answer')) === MIXTURE.reader, ALL_MS);
    for (const client of slow) if (client.slowness === 'reader') client.read();
    await until(async () => slow.every(({ isOver }) => isOver), ALL_MS);
    rest.isOver = true;
    await Promise.all(good);
  });
  afterAll(async () => {
    for (const client of slow) client.leave();
    await stage.stop();
  });

  const cutOff = async (side: string): Promise<number> => {
    const metrics = await (await fetch(`${stage.gateway.adminUrl}/metrics`)).text();
    return Number(new RegExp(`slow_clients_total{side="${side}"} (\\d+)`).exec(metrics)?.[1] ?? 0);
  };
  const statusesOf = (slowness: Slowness) =>
    new Set(slow.filter((client) => client.slowness === slowness).map(({ status }) => status));

  it('serves everybody else all the while', () => {
    expect(new Set(served)).toEqual(new Set([200]));
    expect(served.length).toBeGreaterThan(100);
  });

  it('ends each of them, and tells those what was wrong who began a request', () => {
    expect(statusesOf('head')).toEqual(new Set([408]));
    expect(statusesOf('body')).toEqual(new Set([408]));
    expect(statusesOf('kept-alive')).toEqual(new Set([200]));
    expect(statusesOf('silent')).toEqual(new Set([0]));
    for (const { received } of slow.filter(({ slowness }) => slowness === 'body'))
      expect(received).toContain('"code":"request-too-slow"');
  });

  it('does not grow with what they are sent and do not take', () => {
    expect(grownBy).toBeLessThan(150 * MIB);
  });

  it('counts whom it ended, and lets go of what they held at the upstream', async () => {
    expect(await cutOff('request')).toBe(MIXTURE.body);
    await eventually(() => expect(stage.upstream.aborted).toBe(MIXTURE.body + MIXTURE.reader));
  });
});
