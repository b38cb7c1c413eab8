import { writeFile } from 'node:fs/promises';
import { GatewayAdminApi } from '@gatehouse/client';
import { filterFor, GatewayConfigChanged } from '@gatehouse/contracts';
import { BatchConsumer } from '@gatehouse/messaging';
import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { versionOf } from '../src/configuration/config-version.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';

const SECOND = `
  - { id: second, path: /second/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [demo:read] } }
`;

let stage: Stage;
let consumer: BatchConsumer;
/** By id, as whoever logs them tells them apart. */
let received: Map<string, GatewayConfigChanged>;
const changes = () => [...received.values()].map(({ actor, data }) => ({ actor, ...data }));

beforeEach(async () => {
  received = new Map();
  stage = await setStage({ gatewayId: 'edge-1' });
  consumer = new BatchConsumer({
    nats: stage.nats,
    stream: 'REQUESTS',
    durable: 'test-config',
    filter: filterFor('GatewayConfigChanged'),
    batch: 10,
    logger: { info() {}, warn() {}, error() {} },
    handle: async (messages) =>
      messages.map(({ json }) => {
        const event = GatewayConfigChanged.schema.parse(json);
        received.set(event.id, event);
        return 'ack';
      }),
  });
  consumer.start();
});
afterEach(async () => {
  await consumer.stop();
  await stage.stop();
});

const named = (...names: string[]) => ({ names, more: 0 });

describe('a change of a gateway’s configuration', () => {
  it('is announced with what differs and who did it: at the start, by a saved file, by whoever applied it', async () => {
    const [first, second, third] = [DEMO_ROUTES, DEMO_ROUTES + SECOND, `trustedProxies: []${DEMO_ROUTES}`];
    await eventually(() => expect(changes()).toHaveLength(1));
    await writeFile(stage.gateway.routesFile, second);
    await eventually(() => expect(changes()).toHaveLength(2));
    const admin = new GatewayAdminApi({ url: stage.gateway.adminUrl, token: ADMIN_TOKEN });
    await admin.applyConfig({ text: third, baseVersion: versionOf(second) });
    await admin.close();
    await eventually(() => expect(changes()).toHaveLength(3));
    expect(changes()).toEqual([
      {
        gateway: 'edge-1',
        actor: 'file',
        before: null,
        after: versionOf(first),
        routes: { added: named('demo'), removed: named(), changed: named() },
        settings: [],
      },
      {
        gateway: 'edge-1',
        actor: 'file',
        before: versionOf(first),
        after: versionOf(second),
        routes: { added: named('second'), removed: named(), changed: named() },
        settings: [],
      },
      {
        gateway: 'edge-1',
        actor: expect.stringMatching(/^token:tok_/),
        before: versionOf(second),
        after: versionOf(third),
        routes: { added: named(), removed: named('second'), changed: named() },
        settings: ['trustedProxies'],
      },
    ]);
  });

  it('that happened while NATS or the gateway was away is announced once it is back, and none twice', async () => {
    await eventually(() => expect(changes()).toHaveLength(1));
    await stage.server.kill();
    const admin = new GatewayAdminApi({ url: stage.gateway.adminUrl, token: ADMIN_TOKEN });
    await admin.applyConfig({ text: DEMO_ROUTES + SECOND, baseVersion: versionOf(DEMO_ROUTES) });
    await admin.close();
    await stage.gateway.kill();
    await writeFile(stage.gateway.routesFile, DEMO_ROUTES);
    await stage.server.restart();
    await stage.gateway.restart();
    await eventually(() => expect(changes()).toHaveLength(3));
    expect(changes().map(({ actor, before, after }) => [actor, before, after])).toEqual([
      ['file', null, versionOf(DEMO_ROUTES)],
      [expect.stringMatching(/^token:tok_/), versionOf(DEMO_ROUTES), versionOf(DEMO_ROUTES + SECOND)],
      ['file', versionOf(DEMO_ROUTES + SECOND), versionOf(DEMO_ROUTES)],
    ]);
  });
});
