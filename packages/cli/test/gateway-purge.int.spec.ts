import { Readable } from 'node:stream';
import { CachePurgeQuery, problemOf } from '@gatehouse/contracts';
import { json, serve } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

let gateway: Awaited<ReturnType<typeof serve>>;
let asked: unknown[];

/** A gateway's admin port, as far as the command line sees it; the gateway's own specs drive the real one. */
beforeAll(async () => {
  gateway = await serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://gateway');
    const query = CachePurgeQuery.parse(Object.fromEntries(url.searchParams));
    asked.push([request.method, url.pathname, query]);
    if (query.route === 'nowhere')
      return json(response, 404, problemOf('not-found', 'No route here is called nowhere.', 'r'));
    return json(response, 200, { gateway: 'edge-1', dryRun: query.dryRun, answers: 2, bytes: 4_000 });
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  asked = [];
});

async function purge(...args: string[]) {
  const terminal = new CapturedTerminal();
  const exitCode = await runGatehouse(['gateway', 'purge', ...args, '--gateway-admin-url', gateway.url], {
    env: { GATEHOUSE_TOKEN: 'gh_live_admin' },
    terminal,
    input: Readable.from([]),
  });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse gateway purge', () => {
  it('lets go what it is told, or says before how much that is', async () => {
    expect(await purge('--route', 'one', '--prefix', '/one/a b', '--dry-run')).toEqual({
      exitCode: 0,
      out: '2 answers, 4000 bytes would go at edge-1\n',
      err: '',
    });
    expect(await purge('--all')).toMatchObject({ out: '2 answers, 4000 bytes gone at edge-1\n' });
    expect(asked).toEqual([
      ['DELETE', '/v1/cache', { route: 'one', prefix: '/one/a b', dryRun: true }],
      ['DELETE', '/v1/cache', { dryRun: false }],
    ]);
    expect(JSON.parse((await purge('--all', '--json')).out)).toMatchObject({ answers: 2, dryRun: false });
  });

  it('purges nothing unless it is said what', async () => {
    expect(await purge()).toMatchObject({ exitCode: 2, err: expect.stringContaining('--all') });
    expect(await purge('--all', '--route', 'one')).toMatchObject({ exitCode: 2 });
    expect(asked).toEqual([]);
  });

  it('fails where there is no such route, and says so', async () => {
    expect(await purge('--route', 'nowhere')).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringContaining('No route here is called nowhere.'),
    });
  });
});
