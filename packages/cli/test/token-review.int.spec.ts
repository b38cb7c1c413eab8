import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { json as jsonOf } from 'node:stream/consumers';
import type { LeakReport } from '@gatehouse/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, serve } from '@gatehouse/testing';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';
import { sampleToken } from '../../client/test/sample-token.js';

const LEAKED = 'gh_live_leaked';
const at = '2026-02-01T00:00:00.000Z';
const used = { ...sampleToken, lastUsed: { at, ip: '192.0.2.1', country: 'DE', secretId: 's1' } };
const report: LeakReport = {
  id: `leak_${'3'.repeat(32)}`,
  tokenId: sampleToken.id,
  secretId: 's1',
  reportedAt: at,
  reportedBy: 'token:tok_1',
  source: 'chat',
  url: '',
  action: 'suspended',
  token: { ...used, status: 'suspended' },
  lastUses: [{ secretId: 's1', at, ip: '192.0.2.1', country: 'DE' }],
  scopesUsed: [{ value: 'demo:read', firstUsedAt: at, lastUsedAt: at }],
  countries: [{ value: 'DE', firstUsedAt: at, lastUsedAt: at }],
  links: { events: '/v1/tokens/x/events', usage: '/v1/usage?token=x' },
};

let issuer: Awaited<ReturnType<typeof serve>>;
let asked: unknown[][];
beforeEach(async () => {
  asked = [];
  issuer = await serve((request, response) => void answer(request, response));
});
afterEach(() => issuer.stop());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = request.method === 'POST' ? await jsonOf(request) : undefined;
  asked.push([request.url, ...(body === undefined ? [] : [body])]);
  if (request.url?.startsWith('/v1/tokens')) json(response, 200, { items: [used], nextCursor: null });
  else if (request.method === 'GET') json(response, 200, report);
  else {
    const known = JSON.stringify(body).includes(LEAKED);
    json(response, 200, known ? { label: 'true_positive', leakId: report.id } : { label: 'false_positive' });
  }
}

async function gatehouse(args: string[], input = '') {
  const terminal = new CapturedTerminal();
  const env = { GATEHOUSE_TOKEN: 'gh_live_admin' };
  const all = [...args, '--issuer-url', issuer.url];
  const exitCode = await runGatehouse(all, { env, terminal, input: Readable.from([input]) });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse tokens unused', () => {
  it('lists tokens with their last use', async () => {
    const { exitCode, out } = await gatehouse(['tokens', 'unused', '--days', '30']);
    expect([exitCode, asked]).toEqual([0, [['/v1/tokens?limit=500&unusedForDays=30']]]);
    expect(out).toContain(at);
  });
});

describe('gatehouse tokens leak', () => {
  it('reports the token on standard input and shows what it may do and did', async () => {
    const { exitCode, out } = await gatehouse(
      ['tokens', 'leak', 'report', '--source', 'chat'],
      `${LEAKED}\n`,
    );
    expect(exitCode).toBe(0);
    expect(asked).toEqual([['/v1/leaks', { token: LEAKED, source: 'chat' }], [`/v1/leaks/${report.id}`]]);
    expect(out).toContain('now suspended (action: suspended)');
    expect(out).toContain('192.0.2.1');
    expect(out).not.toContain(LEAKED);
  });

  it('fails where it is no token of ours, and without one it is wrong usage', async () => {
    const unknown = await gatehouse(['tokens', 'leak', 'report'], 'gh_live_other');
    expect([unknown.exitCode, unknown.err]).toEqual([1, expect.stringContaining('nothing was done')]);
    expect((await gatehouse(['tokens', 'leak', 'report'], '\n')).exitCode).toBe(2);
  });

  it('shows a leak as JSON', async () => {
    const { out } = await gatehouse(['tokens', 'leak', 'show', report.id, '--json']);
    expect(JSON.parse(out)).toEqual(report);
  });
});
