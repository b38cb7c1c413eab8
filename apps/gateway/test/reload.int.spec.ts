import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const SECOND = `
  - { id: second, path: /second/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [demo:read] } }
`;

describe('reloading gateway.yaml', () => {
  let stage: Stage;
  let token: string;
  const routeIds = async () => (await stage.gateway.activeRoutes()).routes.map(({ id }) => id);
  const save = (text: string) => writeFile(stage.gateway.routesFile, text);

  beforeAll(async () => {
    stage = await setStage();
    ({ token } = stage.issuer.issue());
  });
  afterAll(() => stage.stop());
  beforeEach(async () => {
    await save(DEMO_ROUTES);
    await until(async () => {
      const { routes, rejected } = await stage.gateway.activeRoutes();
      return rejected === null && routes.length === 1;
    });
  });

  it('takes a saved file', async () => {
    await save(DEMO_ROUTES + SECOND);
    await eventually(async () => expect(await routeIds()).toEqual(['demo', 'second']));
    expect((await call(`${stage.gateway.url}/second/x`, token)).status).toBe(200);
  });

  it('takes a file that was renamed into place, twice', async () => {
    for (const text of [DEMO_ROUTES + SECOND, DEMO_ROUTES]) {
      const draft = join(stage.gateway.dir, 'draft.yaml');
      await writeFile(draft, text);
      await rename(draft, stage.gateway.routesFile);
      await eventually(async () => expect(await routeIds()).toHaveLength(text === DEMO_ROUTES ? 1 : 2));
    }
  });

  it('reads again on SIGHUP', async () => {
    const before = await stage.gateway.activeRoutes();
    process.kill(stage.gateway.pid, 'SIGHUP');
    await eventually(async () => {
      const now = await stage.gateway.activeRoutes();
      expect(now.loadedAt).not.toBe(before.loadedAt);
    });
  });

  it('refuses a broken file with the line that is wrong, and keeps the old routes', async () => {
    await save(DEMO_ROUTES.replace('scopes:', 'scoops:'));
    await eventually(async () =>
      expect((await stage.gateway.activeRoutes()).rejected).toContain(`${stage.gateway.routesFile}:7:5`),
    );
    expect(await routeIds()).toEqual(['demo']);
    expect((await call(`${stage.gateway.url}/demo/x`, token)).status).toBe(200);
    await eventually(() => expect(stage.gateway.logs()).toContain(`${stage.gateway.routesFile}:7:5`));
  });

  it('drops no request while it reloads under load', async () => {
    const statuses: number[] = [];
    const load = { on: true };
    const clients = Array.from({ length: 8 }, async () => {
      while (load.on) statuses.push((await call(`${stage.gateway.url}/demo/x`, token)).status);
    });
    for (let i = 0; i < 10; i++) {
      await save(i % 2 === 0 ? DEMO_ROUTES + SECOND : DEMO_ROUTES);
      await eventually(async () => expect(await routeIds()).toHaveLength(i % 2 === 0 ? 2 : 1));
      await save('routes: [');
      await eventually(async () => expect((await stage.gateway.activeRoutes()).rejected).not.toBeNull());
    }
    load.on = false;
    await Promise.all(clients);
    expect(statuses.length).toBeGreaterThan(100);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
