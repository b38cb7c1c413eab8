import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runGatehouse } from '@gatehouse/cli';
import { GatehouseProblem, GatewayAdminApi } from '@gatehouse/client';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';

const SECOND = `
  - { id: second, path: /second/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [demo:read] } }
`;

let stage: Stage;
let admin: GatewayAdminApi;
let token: string;
const file = () => readFile(stage.gateway.routesFile, 'utf8');
const statusOf = async (path: string) => (await call(stage.gateway.url + path, token)).status;
const inForce = async () => (await admin.config()).version;
const apply = async (text: string) => admin.applyConfig({ text, baseVersion: await inForce() });
async function gatehouse(...args: string[]) {
  let out = '';
  const collect = new Writable({ write: (chunk, _, done) => ((out += String(chunk)), done()) });
  const err = new Writable({ write: (_chunk, _, done) => done() });
  const exitCode = await runGatehouse(['gateway', ...args, '--gateway-admin-url', stage.gateway.adminUrl], {
    env: { GATEHOUSE_TOKEN: ADMIN_TOKEN },
    terminal: { out: collect, err, interactive: false, signal: new AbortController().signal },
  });
  return { exitCode, out };
}
const problemOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => (error instanceof GatehouseProblem ? error : String(error)),
  );

beforeAll(async () => {
  stage = await setStage({ gatewayId: 'edge-1' });
  admin = new GatewayAdminApi({ url: stage.gateway.adminUrl, token: ADMIN_TOKEN });
  ({ token } = stage.issuer.issue());
});
afterAll(async () => {
  await admin.close();
  await stage.stop();
});

describe('the configuration of a gateway', () => {
  it('is shown as it was written, without values and secrets', async () => {
    const config = await admin.config();
    expect(config).toMatchObject({ gateway: 'edge-1', text: DEMO_ROUTES, rejected: null });
    expect(JSON.stringify(config)).not.toContain(stage.upstream.url);
  });

  it('is compared with another and checked, and stays as it is', async () => {
    const before = await inForce();
    expect(await admin.checkConfig(DEMO_ROUTES + SECOND)).toMatchObject({
      version: before,
      mistakes: [],
      changes: [{ kind: 'route', name: 'second', change: 'added' }],
    });
    expect(await admin.checkConfig(DEMO_ROUTES.replace('scopes:', 'scoops:'))).toMatchObject({
      mistakes: expect.arrayContaining([
        { line: 7, column: 5, field: 'routes[0]', rule: expect.any(String), fix: 'write scopes' },
      ]),
      changes: [],
    });
    expect([await inForce(), await file()]).toEqual([before, DEMO_ROUTES]);
  });

  it('is replaced for the very next request, in the file too, and outlives a kill', async () => {
    const { version, changes } = await apply(DEMO_ROUTES + SECOND);
    expect(await statusOf('/second/x')).toBe(200);
    expect(changes).toMatchObject([{ name: 'second', change: 'added' }]);
    expect([await inForce(), await file()]).toEqual([version, DEMO_ROUTES + SECOND]);
    await stage.gateway.kill();
    await stage.gateway.restart();
    expect([await inForce(), await statusOf('/second/x')]).toEqual([version, 200]);
    await apply(DEMO_ROUTES);
    expect(await statusOf('/second/x')).toBe(404);
  });

  it('is not replaced by what was made from an older one, and of two at once one wins', async () => {
    const baseVersion = await inForce();
    const texts = [DEMO_ROUTES + SECOND, `${DEMO_ROUTES}# mine\n`];
    const outcomes = await Promise.all(
      texts.map((text) => problemOf(admin.applyConfig({ text, baseVersion }))),
    );
    expect(outcomes.filter((problem) => problem === undefined)).toHaveLength(1);
    expect(outcomes).toContainEqual(
      expect.objectContaining({ code: 'conflict', detail: expect.stringContaining(await inForce()) }),
    );
    expect(await file()).toBe(texts[outcomes.indexOf(undefined)]);
    await apply(DEMO_ROUTES);
  });

  it('is not replaced by what breaks a rule: the answer names the place', async () => {
    const text = DEMO_ROUTES.replace('stripPrefix: /demo', 'stripPrefix: /dem');
    expect(await problemOf(apply(text))).toMatchObject({
      code: 'config-invalid',
      errors: [{ field: 'routes[0].stripPrefix (6:18)', rule: expect.stringContaining('is not a prefix') }],
    });
    expect(
      await problemOf(apply(`issuers: [{ issuer: a, audience: b, jwksFile: none.json }]${DEMO_ROUTES}`)),
    ).toMatchObject({
      code: 'config-invalid',
      errors: [{ field: 'the text', rule: expect.stringContaining('none.json') }],
    });
    expect([await file(), await statusOf('/demo/x')]).toEqual([DEMO_ROUTES, 200]);
  });

  it('replaces a file that was refused', async () => {
    await writeFile(stage.gateway.routesFile, 'routes: [');
    await eventually(async () => expect((await admin.config()).rejected).not.toBeNull());
    await apply(DEMO_ROUTES + SECOND);
    expect(await admin.config()).toMatchObject({ rejected: null, text: DEMO_ROUTES + SECOND });
    await apply(DEMO_ROUTES);
  });

  it('is exported, edited, linted, compared and applied from the command line', async () => {
    const edited = join(stage.gateway.dir, 'edited.yaml');
    await writeFile(edited, (await gatehouse('export')).out + SECOND);
    expect(await gatehouse('lint', edited)).toMatchObject({ exitCode: 0 });
    expect(await gatehouse('diff', edited)).toEqual({ exitCode: 1, out: '+ route second\n' });
    expect(await gatehouse('apply', edited, '--dry-run')).toMatchObject({ exitCode: 0 });
    expect(await statusOf('/second/x')).toBe(404);
    expect(await gatehouse('apply', edited)).toEqual({ exitCode: 0, out: '+ route second\n' });
    expect(await statusOf('/second/x')).toBe(200);
    expect(await gatehouse('diff', edited)).toEqual({ exitCode: 0, out: '' });
    await writeFile(edited, `${DEMO_ROUTES}listeners: [{ name: plain, port: 8080 }]\n`);
    expect((await gatehouse('diff', edited)).out).toBe(
      '+ setting listeners (after a restart of the gateway)\n- route second\n',
    );
    await writeFile(edited, DEMO_ROUTES.replace('scopes:', 'scopse:'));
    expect(await gatehouse('apply', edited)).toEqual({
      exitCode: 1,
      out: expect.stringContaining(
        `${edited}:7:5: routes[0]: Unrecognized key: "scopse"\n    fix: write scopes\n`,
      ),
    });
    await apply(DEMO_ROUTES);
  });

  it('belongs to the operator', async () => {
    const acme = stage.issuer.issue({ tenant: 'acme', scopes: ['gateway:read', 'gateway:write'] }).token;
    const reader = stage.issuer.issue({ scopes: ['gateway:read'] }).token;
    const post = { method: 'POST', body: '{"text":""}', headers: { 'content-type': 'application/json' } };
    for (const other of [acme, reader])
      for (const [path, init] of [
        ['', {}],
        ['/check', post],
        ['/apply', post],
      ] as const)
        expect(await call(`${stage.gateway.adminUrl}/v1/config${path}`, other, init)).toMatchObject({
          status: 403,
          code: 'scope-insufficient',
        });
  });

  it('stays when the file cannot be written', async () => {
    const before = await inForce();
    const obstacle = `${stage.gateway.routesFile}.applying`;
    await mkdir(obstacle); // where a draft would be written: the one way that stops root as well
    expect(await problemOf(apply(DEMO_ROUTES + SECOND))).toMatchObject({ code: 'config-read-only' });
    await rmdir(obstacle);
    expect([await inForce(), await statusOf('/second/x')]).toEqual([before, 404]);
  });
});
