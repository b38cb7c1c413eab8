import { get } from 'node:http';
import { GatewayApplied } from '@gatehouse/contracts';
import { onSignal } from '@gatehouse/messaging';
import { eventually, spawnService } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { Ingestion } from './ingestion.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { ENTRY } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';

describe('running a gateway', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await setStage({ gatewayId: 'edge-1' });
  });
  afterEach(() => stage.stop());

  it('shows its routes to who may see them', async () => {
    expect(await stage.gateway.activeRoutes()).toMatchObject({
      gateway: 'edge-1',
      rejected: null,
      routes: [{ id: 'demo', path: '/demo/*', upstream: stage.upstream.url, tenant: 'default' }],
    });
    const routes = `${stage.gateway.adminUrl}/v1/routes`;
    expect(await call(routes)).toMatchObject({ status: 401, code: 'token-missing' });
    expect(await call(routes, stage.issuer.issue().token)).toMatchObject({
      status: 403,
      code: 'scope-insufficient',
    });
    stage.issuer.down = true;
    expect(await call(routes, stage.issuer.issue().token)).toMatchObject({
      status: 503,
      code: 'issuer-unavailable',
    });
  });

  it('counts in its metrics, by route and code, never by token', async () => {
    const { token, id } = stage.issuer.issue();
    for (let i = 0; i < 3; i++) await call(`${stage.gateway.url}/demo/x`, token);
    await call(`${stage.gateway.url}/demo/x`);
    const { body } = await call(`${stage.gateway.adminUrl}/metrics`, ADMIN_TOKEN);
    expect(body).toContain('gatehouse_gateway_requests_total{route="demo",status="2xx",code=""} 3');
    expect(body).toContain(
      'gatehouse_gateway_requests_total{route="demo",status="4xx",code="token-missing"} 1',
    );
    expect(body).toMatch(/gatehouse_gateway_own_duration_seconds_count 4/);
    expect(body).toMatch(/gatehouse_gateway_spool_bytes [1-9]/);
    expect(body).toMatch(/gatehouse_gateway_token_cache_hits_total 2/);
    expect(body).toMatch(/gatehouse_gateway_records_dropped_total 0/);
    expect(body).not.toContain(id);
  });

  it('runs beside another: both announce themselves, both refuse what is revoked, neither loses a record', async () => {
    const second = await stage.another({ gatewayId: 'edge-2' });
    const heard = new Set<string>();
    onSignal(stage.nats, GatewayApplied, ({ gateway }) => heard.add(gateway));
    await eventually(() => expect(heard).toEqual(new Set(['edge-1', 'edge-2'])));
    const { token } = stage.issuer.issue();
    const both = () => Promise.all([stage.gateway, second].map(({ url }) => call(`${url}/demo/x`, token)));
    expect((await both()).map(({ status }) => status)).toEqual([200, 200]);
    stage.issuer.revoke(token);
    await eventually(async () =>
      expect((await both()).map(({ code }) => code)).toEqual(['token-revoked', 'token-revoked']),
    );
  });

  it('finishes what is under way on SIGTERM, takes nothing new, and ships what it recorded', async () => {
    const ingestion = new Ingestion(stage.nats);
    const { token } = stage.issuer.issue();
    const authorization = `Bearer ${token}`;
    const size = 50_000_000;
    const download = new Promise<number>((resolve, reject) => {
      get(`${stage.gateway.url}/demo/bytes?size=${size}`, { headers: { authorization } }, (response) => {
        let bytes = 0;
        response.once('data', () => {
          response.pause();
          process.kill(stage.gateway.pid, 'SIGTERM');
          eventually(() => expect(call(stage.gateway.url)).rejects.toThrow()).then(
            () => response.resume(),
            reject,
          );
        });
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => resolve(bytes));
        response.on('error', reject);
      }).on('error', reject);
    });
    expect(await download).toBe(size);
    const served = () => ingestion.records.filter(({ route }) => route === 'demo');
    await eventually(() => expect(served()).toMatchObject([{ status: 200, responseBytes: size }]));
    await ingestion.stop();
  });

  it('does not start on a broken file or environment, and says why', async () => {
    const start = (env: Record<string, string>) =>
      spawnService({
        entry: ENTRY,
        healthPort: 1,
        env: {
          PORT: '0',
          ADMIN_PORT: '0',
          NATS_URL: stage.server.url,
          ISSUER_URL: stage.issuer.url,
          SERVICE_TOKEN: 'x',
          UPSTREAM_URL: stage.upstream.url,
          GATEWAY_CONFIG: stage.gateway.routesFile,
          SPOOL_DIR: `${stage.gateway.dir}/other`,
          ...env,
        },
      });
    await expect(start({ GATEWAY_CONFIG: '/nowhere.yaml' })).rejects.toThrow(
      /\/nowhere\.yaml cannot be read/,
    );
    await expect(start({ GATEWAY_ID: 'a b', SPOOL_MAX_BYTES: '1' })).rejects.toThrow(
      /GATEWAY_ID: .*\n.*SPOOL_MAX_BYTES: /,
    );
    await expect(start({ SPOOL_DIR: stage.gateway.spoolDir })).rejects.toThrow(/is used by process/);
  });
});
