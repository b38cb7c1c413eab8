import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json as jsonOf } from 'node:stream/consumers';
import { type CheckedConfig, problemOf } from '@gatehouse/contracts';
import { json, serve } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const GOOD = `
routes:
  - { id: demo, path: /demo, upstream: '\${UPSTREAM_URL}', scopes: { GET: [] } }
`;
const VERSION = 'a'.repeat(64);
const ADDED: CheckedConfig['changes'][number] = {
  kind: 'route',
  name: 'demo',
  change: 'added',
  takesRestart: false,
  fields: [],
};
const CHANGED: CheckedConfig['changes'][number] = {
  kind: 'route',
  name: 'demo',
  change: 'changed',
  takesRestart: false,
  fields: [
    { field: 'limits[0].requests', before: 100, after: 50 },
    { field: 'cors', before: {} },
  ],
};

let folder: string;
let file: string;
let gateway: Awaited<ReturnType<typeof serve>>;
let asked: unknown[];
let checked: Pick<CheckedConfig, 'mistakes' | 'changes'>;
let inForce: string;

/** A gateway's admin port, as far as the command line sees it; the gateway's own specs drive the real one. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-config-'));
  file = join(folder, 'gateway.yaml');
  gateway = await serve((request, response) => {
    if (request.method === 'GET')
      return json(response, 200, {
        gateway: 'edge-1',
        version: inForce,
        loadedAt: new Date().toISOString(),
        rejected: null,
        text: GOOD,
      });
    void jsonOf(request).then((body) => {
      asked.push([request.url, body]);
      const { baseVersion } = body as { baseVersion?: string };
      if (baseVersion !== undefined && baseVersion !== inForce)
        return json(response, 409, problemOf('conflict', `In force is ${inForce} by now.`, 'r'));
      return json(response, 200, { gateway: 'edge-1', version: inForce, ...checked });
    });
  });
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  asked = [];
  checked = { mistakes: [], changes: [ADDED] };
  inForce = VERSION;
  await writeFile(file, GOOD);
});

async function gatehouse(...args: string[]) {
  const terminal = new CapturedTerminal();
  const exitCode = await runGatehouse(['gateway', ...args, '--gateway-admin-url', gateway.url], {
    env: { GATEHOUSE_TOKEN: 'gh_live_admin' },
    terminal,
    input: Readable.from([]),
  });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse gateway lint', () => {
  it('asks the installed gateway’s own rules, and no gateway that runs', async () => {
    expect(await gatehouse('lint', file)).toEqual({
      exitCode: 0,
      out: `${file}: good\n`,
      err: 'without a value, not checked: UPSTREAM_URL\n',
    });
    expect(asked).toEqual([]);
  });

  it('fails on a mistake, with its place, field, rule and fix', async () => {
    await writeFile(file, GOOD.replace('scopes:', 'scoopes:').replace('/demo', 'demo'));
    const { exitCode, out } = await gatehouse('lint', file);
    expect(exitCode).toBe(1);
    expect(out).toContain(`${file}:3:23: routes[0].path: a path such as`);
    expect(out).toContain(`${file}:3:58: routes[0]: Unrecognized key: "scoopes"\n    fix: write scopes\n`);
    const report = JSON.parse((await gatehouse('lint', file, '--json')).out);
    expect(report.mistakes).toContainEqual({
      line: 3,
      column: 58,
      field: 'routes[0]',
      rule: 'Unrecognized key: "scoopes"',
      fix: 'write scopes',
    });
  });

  it('cannot judge what it cannot read', async () => {
    expect(await gatehouse('lint', join(folder, 'none.yaml'))).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('none.yaml cannot be read (ENOENT)'),
    });
  });
});

describe('gatehouse gateway export', () => {
  it('prints what is in force as it was written', async () => {
    expect(await gatehouse('export')).toEqual({ exitCode: 0, out: GOOD, err: '' });
    expect(JSON.parse((await gatehouse('export', '--json')).out)).toMatchObject({
      version: VERSION,
      text: GOOD,
    });
  });
});

describe('gatehouse gateway diff', () => {
  it('exits as diff does', async () => {
    checked.changes = [];
    expect(await gatehouse('diff', file)).toMatchObject({ exitCode: 0, out: '' });
    checked.changes = [ADDED, CHANGED];
    expect(await gatehouse('diff', file)).toMatchObject({
      exitCode: 1,
      out: '+ route demo\n~ route demo\n    limits[0].requests: 100 → 50\n    cors: {} → none\n',
    });
    checked = { mistakes: [{ line: 3, column: 5, field: 'routes', rule: 'no', fix: null }], changes: [] };
    expect(await gatehouse('diff', file)).toMatchObject({ exitCode: 2, out: `${file}:3:5: routes: no\n` });
    expect(await gatehouse('diff', file, '--gateway-admin-url', 'http://127.0.0.1:9')).toMatchObject({
      exitCode: 2,
    });
    expect(JSON.parse((await gatehouse('diff', file, '--json')).out)).toMatchObject(checked);
  });
});

describe('gatehouse gateway apply', () => {
  it('sends the file with the version that it was compared with', async () => {
    expect(await gatehouse('apply', file)).toEqual({
      exitCode: 0,
      out: '+ route demo\n',
      err: `in force at edge-1: ${VERSION}\n`,
    });
    expect(asked.at(-1)).toEqual(['/v1/config/apply', { text: GOOD, baseVersion: VERSION }]);
  });

  it('changes nothing in a dry run, nor with a mistake', async () => {
    expect(await gatehouse('apply', file, '--dry-run')).toMatchObject({ exitCode: 0, out: '+ route demo\n' });
    checked = { mistakes: [{ line: 3, column: 5, field: 'routes', rule: 'no', fix: 'yes' }], changes: [] };
    expect(await gatehouse('apply', file)).toMatchObject({
      exitCode: 1,
      out: `${file}:3:5: routes: no\n    fix: yes\n`,
    });
    expect(asked.map((call) => (call as [string])[0])).toEqual(['/v1/config/check', '/v1/config/check']);
  });

  it('fails when something else is in force by now, and says what', async () => {
    expect(await gatehouse('apply', file, '--base', 'b'.repeat(64))).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringContaining(`In force is ${VERSION} by now`),
    });
  });
});
