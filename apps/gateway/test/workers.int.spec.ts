import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import {
  BatchesIngested,
  DecisionAnswer,
  events,
  filterFor,
  parseEvent,
  type RequestLogged,
} from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { BatchConsumer, sendSignal } from '@gatehouse/messaging';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { rawRequest } from './raw-request.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const WORKERS = ['edge-1', 'edge-2'];
const REQUESTS = 20;
const LIMIT = 10;
/** A connection on its way to a worker that dies that very moment is answered by nobody. */
const ANSWER_MS = 5_000;
const ROUTES = `
publishing:
  - { tenant: default, prefixes: [/published], upstreamNetworks: [127.0.0.0/8] }
${DEMO_ROUTES}
  - { id: narrow, path: /narrow, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, limit: { requests: ${LIMIT}, windowSeconds: 3600 } }
  - { id: kept, path: /kept, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, cache: { shareBy: tenant, defaultSeconds: 600 } }
`;

describe('a gateway of several workers', () => {
  let stage: Stage;
  let token: string;
  let sent = 0;
  const answered = new Set<string>();
  /** How far analytics would be, by worker. */
  const watermarks = new Map<string, number>();
  const batches = new Map<string, RequestLogged>();
  let consumer: BatchConsumer;

  /** One request on a connection of its own. @returns status, and the id it is found by. */
  const ask = async (path = '/demo/x', secret = token): Promise<{ status: number; requestId: string }> => {
    const requestId = `workers-${String(sent++).padStart(8, '0')}`;
    const head = [
      `GET ${path} HTTP/1.1`,
      'Host: a',
      `Authorization: Bearer ${secret}`,
      `X-Request-Id: ${requestId}`,
    ];
    const answer = await rawRequest(
      stage.gateway.port,
      [...head, 'Connection: close', '', ''].join('\r\n'),
      ANSWER_MS,
    ).catch(() => '');
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    if (status > 0) answered.add(requestId);
    return { status, requestId };
  };
  const askAll = (path?: string, secret?: string) =>
    Promise.all(Array.from({ length: REQUESTS }, () => ask(path, secret)));
  const statuses = async (path?: string, secret?: string) => [
    ...new Set((await askAll(path, secret)).map(({ status }) => status)),
  ];
  const decisionOf = async (requestId: string): Promise<DecisionAnswer> => {
    const { body, status } = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    expect(status).toBe(200);
    return DecisionAnswer.parse(JSON.parse(body));
  };
  const deciders = async (path?: string) => {
    const decisions = await Promise.all((await askAll(path)).map(({ requestId }) => decisionOf(requestId)));
    return [...new Set(decisions.map(({ gateway }) => gateway))].toSorted();
  };
  const workerPids = () =>
    readFileSync(`/proc/${stage.gateway.pid}/task/${stage.gateway.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);

  beforeAll(async () => {
    stage = await setStage({ gatewayId: 'edge', env: { WORKERS: '2' }, routes: ROUTES });
    consumer = new BatchConsumer({
      nats: stage.nats,
      stream: 'REQUESTS',
      durable: 'workers',
      filter: filterFor('RequestLogged'),
      batch: 50,
      logger: { info() {}, warn() {}, error() {} },
      handle: async (messages) =>
        messages.map(({ json }) => {
          const event = parseEvent(json) as RequestLogged;
          const { gateway, batch, part, parts, oldest } = event.data;
          const held = watermarks.get(gateway) ?? 0;
          if (batch > held + 1 && batch !== oldest) return 'retry';
          batches.set(`${gateway} ${batch} ${part}`, event);
          const isWhole =
            [...batches.keys()].filter((key) => key.startsWith(`${gateway} ${batch} `)).length === parts;
          if (isWhole) watermarks.set(gateway, Math.max(held, batch));
          sendSignal(stage.nats, BatchesIngested, 'test', { gateway, batch: watermarks.get(gateway) ?? 0 });
          return 'ack';
        }),
    });
    consumer.start();
    token = stage.issuer.issue().token;
    await until(async () => (await deciders()).length === WORKERS.length);
  });
  afterAll(async () => {
    await consumer.stop();
    await stage.stop();
  });

  it('shares the requests out, and finds each decision whichever worker is asked', async () => {
    expect(await deciders()).toEqual(WORKERS);
  });

  it('counts what all of them did, at one address', async () => {
    const metrics = (await call(`${stage.gateway.adminUrl}/metrics`)).body;
    const served = /gatehouse_gateway_requests_total{route="demo",status="2xx",code=""} (\d+)/.exec(
      metrics,
    )?.[1];
    expect(Number(served)).toBe(sent);
    expect(metrics).toMatch(/gatehouse_gateway_view_age_seconds \d/);
  });

  it('refuses a revoked token at every worker', async () => {
    const revoked = stage.issuer.issue().token;
    expect(await statuses('/demo/x', revoked)).toEqual([200]);
    stage.issuer.revoke(revoked);
    await eventually(async () => expect(await statuses('/demo/x', revoked)).toEqual([401]));
  });

  it('serves an API that is published meanwhile at every worker, and at none once it is retired', async () => {
    const apiId = newId('api');
    const path = '/published/x';
    const answersAlike = (status: number) =>
      eventually(async () => {
        expect(await statuses(path)).toEqual([status]);
        expect(await deciders(path)).toEqual(WORKERS);
      });
    stage.issuer.publishApi(apiId, events.ApiPublished.type, {
      apiId,
      name: 'published',
      description: '',
      upstream: stage.upstream.url,
      routes: [{ path: '/published/*', scopes: { GET: ['demo:read'] } }],
    });
    await answersAlike(200);
    stage.issuer.publishApi(apiId, events.ApiRetired.type, { apiId, reason: 'over' });
    await answersAlike(404);
  });

  it('lets through no more than a limit in all: each worker has its share', async () => {
    const passed = (await askAll('/narrow')).filter(({ status }) => status === 200);
    expect(passed.length).toBeGreaterThan(LIMIT / 2);
    expect(passed.length).toBeLessThanOrEqual(LIMIT);
  });

  it('forgets kept answers everywhere', async () => {
    await askAll('/kept');
    const operator = stage.issuer.issue({ scopes: ['cache:purge'] }).token;
    const purge = () => call(`${stage.gateway.adminUrl}/v1/cache`, operator, { method: 'DELETE' });
    expect(JSON.parse((await purge()).body)).toMatchObject({ answers: WORKERS.length });
    expect(JSON.parse((await purge()).body)).toMatchObject({ answers: 0 });
  });

  it('reloads everywhere', async () => {
    await writeFile(stage.gateway.routesFile, ROUTES.replaceAll('/demo', '/other'));
    await eventually(async () => expect(await statuses('/other/x')).toEqual([200]));
    expect(await statuses('/demo/x')).toEqual([404]);
    await writeFile(stage.gateway.routesFile, ROUTES);
    await eventually(async () => expect(await statuses()).toEqual([200]));
  });

  it('goes on when one is killed, which is replaced', async () => {
    const before = workerPids();
    expect(before).toHaveLength(2);
    process.kill(before[0], 'SIGKILL');
    await eventually(async () => {
      expect(await statuses()).toEqual([200]);
      expect(workerPids().filter((pid) => !before.includes(pid))).toHaveLength(1);
      expect(await deciders()).toEqual(WORKERS);
    });
    await eventually(() => expect(stage.gateway.logs()).toContain('a worker ended; it is started again'));
  });

  it('ends all of them on SIGTERM, and has a record of each answered request, once', async () => {
    const { code } = await stage.gateway.kill('SIGTERM');
    expect(code).toBe(0);
    await eventually(() => {
      const records = [...batches.values()].flatMap(({ data }) => data.records);
      const ids = records.map((record) => record.requestId).filter((id) => id.startsWith('workers-'));
      expect([...answered].filter((id) => !ids.includes(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      const streams = new Set([...batches.values()].map(({ data }) => data.gateway));
      expect([...streams].map((id) => id.slice(0, 6)).toSorted()).toEqual(WORKERS);
    });
  });
});
