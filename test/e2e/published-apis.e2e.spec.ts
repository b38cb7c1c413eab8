import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ApiView, type ChangedApi } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { ADMIN_TOKEN } from '../../apps/gateway/test/issuer-stand-in.js';
import { DEMO_ROUTES, type RunningGateway, startGateway } from '../../apps/gateway/test/running-gateway.js';
import { runGatehouse } from '../../packages/cli/src/run-gatehouse.js';
import { CapturedTerminal } from '../../packages/cli/test/captured-terminal.js';
import { IssuerStage } from './issuer-stage.js';

const SCOPES =
  'tokens:read tokens:write apis:read apis:write gateway:read gateway:write orders:read orders:write';
const ROUTES = `
publishing: [{ tenant: default, prefixes: [/orders], upstreamNetworks: [127.0.0.0/8], maxDocuments: 2 }]
${DEMO_ROUTES}`;

describe('an API that is published from a file', () => {
  let stage: IssuerStage;
  let gateway: RunningGateway;
  let dir: string;
  let file: string;

  beforeAll(async () => {
    stage = await IssuerStage.set(SCOPES.split(' '), (request, response) =>
      response.end(`here is ${request.url}`),
    );
    gateway = await startGateway({ ...stage.around, routes: ROUTES });
    dir = await mkdtemp(join(tmpdir(), 'published-'));
    file = join(dir, 'orders.yaml');
  });
  afterAll(async () => {
    await gateway.stop();
    await stage.stop();
    await rm(dir, { recursive: true });
  });

  const write = (path: string, more = '') =>
    writeFile(
      file,
      `name: Orders
upstream: ${stage.around.upstreamUrl}
stripPrefix: /orders
routes:
  - path: ${path}
    scopes: { GET: [orders:read], '*': [orders:write] }
    limits: [{ per: token, requests: 3, windowSeconds: 3600 }]
${more}`,
    );
  const gatehouse = async (...args: string[]) => {
    const terminal = new CapturedTerminal();
    const urls = ['--issuer-url', stage.issuer.url, '--gateway-admin-url', gateway.adminUrl];
    const exitCode = await runGatehouse([...args, ...urls], {
      env: { GATEHOUSE_TOKEN: ADMIN_TOKEN },
      terminal,
      input: Readable.from([]),
    });
    return { exitCode, out: terminal.printed, err: terminal.noted };
  };
  const documentOf = async <Document>(...args: string[]): Promise<Document> => {
    const { exitCode, out, err } = await gatehouse(...args, '--json');
    expect([exitCode, err]).toEqual([0, '']);
    return JSON.parse(out) as Document;
  };
  const issue = async (...scopes: string[]) => {
    const body = JSON.stringify({ name: 'test', scopes });
    const headers = { 'content-type': 'application/json' };
    const answer = await call(`${stage.issuer.url}/v1/tokens`, ADMIN_TOKEN, {
      method: 'POST',
      body,
      headers,
    });
    return (JSON.parse(answer.body) as { token: string }).token;
  };
  const ask = (path: string, token: string, method = 'GET') => call(gateway.url + path, token, { method });

  it('is tried, published, served, changed and retired', async () => {
    await write('/orders/*');
    const tried = await gatehouse('apis', 'publish', file, '--dry-run');
    expect(tried).toMatchObject({ exitCode: 0, out: expect.stringContaining('would be published') });
    expect((await gatehouse('apis', 'list')).out).not.toContain('Orders');
    const { id } = await documentOf<ChangedApi>('apis', 'publish', file);

    const [reader, writer] = [await issue('orders:read'), await issue('orders:write')];
    await eventually(async () => expect((await ask('/orders/7', reader)).body).toBe('here is /7'));
    expect((await ask('/orders/7', reader, 'DELETE')).code).toBe('scope-insufficient');
    expect((await ask('/orders/7', writer, 'DELETE')).status).toBe(200);
    await eventually(async () => expect((await ask('/orders/7', reader)).code).toBe('rate-limited'));
    expect((await gatehouse('apis', 'list')).out).toContain(id);
    expect((await gatehouse('apis', 'show', id)).out).toContain('served at');

    await write('/orders/v2/*', 'cors: { origins: [https://app.example] }');
    const trial = await gatehouse('apis', 'publish', file, '--dry-run');
    expect(trial.out).toContain('cors: none → {"origins":["https://app.example"]');
    expect(trial.out).toMatch(
      /routes: .*"\/orders\/\*".* → .*"\/orders\/v2\/\*"[^]*would be changed, to version 2/,
    );
    expect(await gatehouse('apis', 'publish', file, '--version', '7')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('version 1'),
    });
    expect(await documentOf<ChangedApi>('apis', 'publish', file)).toMatchObject({ id, version: 2 });
    expect((await gatehouse('apis', 'publish', file)).out).toContain('the same already');
    const other = await issue('orders:read'); // a change leaves what was counted as it is
    await eventually(async () => expect((await ask('/orders/v2/7', other)).body).toBe('here is /v2/7'));
    expect((await ask('/orders/7', other)).code).toBe('route-not-found');
    const page = { headers: { origin: 'https://app.example' } };
    const shown = await call(`${gateway.url}/orders/v2/7`, other, page);
    expect(shown.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect((await gatehouse('apis', 'show', id)).out).toMatch(/cors +\{"origins":\["https:\/\/app/);

    expect((await gatehouse('apis', 'retire', id, '--reason', 'over')).out).toContain('would be');
    expect((await ask('/orders/v2/7', writer, 'PUT')).status).toBe(200);
    expect(await gatehouse('apis', 'retire', id, '--reason', 'over', '--yes')).toMatchObject({ exitCode: 0 });
    await eventually(async () => expect((await ask('/orders/v2/7', writer)).code).toBe('route-not-found'));
    expect((await gatehouse('apis', 'show', id)).exitCode).toBe(1);
  });

  it('brings its OpenAPI document along, is held to it, and is served without the issuer after a restart', async () => {
    const document = join(dir, 'orders.openapi.yaml');
    const says = (type: string) =>
      writeFile(
        document,
        `openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /{id}:
    get:
      parameters: [{ name: id, in: path, required: true, schema: { type: ${type} } }]
      responses: { '200': { description: ok, content: { text/plain: { example: an order } } } }
`,
      );
    const path = '/orders/*';
    await says('nothing');
    await write(path, 'openapi: { file: orders.openapi.yaml }');
    expect(await gatehouse('apis', 'publish', file, '--dry-run')).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/orders\.openapi\.yaml: \/paths\/~1\{id\}\/get\/parameters\/0/),
    });
    await says('integer');
    expect((await gatehouse('apis', 'publish', file, '--dry-run')).out).toContain('would be published');
    const { id, openapi } = await documentOf<ChangedApi>('apis', 'publish', file);
    expect(openapi?.document).toMatch(/^sha256:/);
    const reader = await issue('orders:read');
    await eventually(async () => expect((await ask('/orders/7', reader)).body).toBe('here is /7'));
    const refused = await ask('/orders/seven', reader);
    expect([refused.code, JSON.parse(refused.body).errors[0].field]).toEqual(['request-invalid', '/path/id']);

    await stage.issuer.kill('SIGTERM');
    await gateway.kill('SIGTERM');
    await gateway.restart();
    expect((await ask('/orders/7', '')).code).toBe('token-missing'); // there is a route, and it asks for one
    await stage.issuer.restart();
    await eventually(async () => expect((await ask('/orders/seven', reader)).code).toBe('request-invalid'));

    await write(path, 'mock: { openapi: orders.openapi.yaml }');
    expect((await gatehouse('apis', 'publish', file)).out).toContain('mock: none → {"document":"sha256:');
    // Each with a token of its own: what the version before serves meanwhile counts.
    await eventually(async () =>
      expect((await ask('/orders/7', await issue('orders:read'))).body).toBe('an order'),
    );
    expect((await gatehouse('apis', 'retire', id, '--reason', 'over', '--yes')).exitCode).toBe(0);
  });

  it('is told apart from what gateway.yaml says, and says why it is not served', async () => {
    await write('/elsewhere');
    expect(await gatehouse('apis', 'publish', file)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('routes.0.path: does not begin with stripPrefix'),
    });
    await write('/orders/*');
    const { id } = await documentOf<ChangedApi>('apis', 'publish', file);
    await eventually(async () => expect((await gatehouse('apis', 'show', id)).out).toContain('served at'));
    expect((await gatehouse('gateway', 'export')).err).toContain('1 published API is served');
    const other = join(dir, 'gateway.yaml');
    await writeFile(other, ROUTES.replace('[/orders]', '[/other]'));
    const differing = await gatehouse('gateway', 'diff', other);
    expect(differing).toMatchObject({ exitCode: 1, out: expect.stringContaining(id) });
    expect(differing.out).toContain('would not be served: /orders/*: gateway.yaml lets its tenant claim');
    expect((await gatehouse('gateway', 'apply', other)).exitCode).toBe(0);
    await eventually(async () =>
      expect((await gatehouse('apis', 'show', id)).out).toContain('paths below /other'),
    );
    const shown = await documentOf<ApiView & { served: object }>('apis', 'show', id);
    expect(ApiView.parse(shown).name).toBe('Orders');
    expect(shown.served).toMatchObject({ routes: [] });
  });
});
