import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, serve } from '@gatehouse/testing';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const entryOf = (index: number) => ({
  index,
  leafHash: 'aGFzaA==',
  eventId: `e${index}`,
  type: 'token.revoked.v1',
  source: 'issuer',
  subject: `tok_${index}`,
  tenant: 'default',
  actor: 'user:usr_1',
  token: `tok_${index}`,
  at: '2026-01-01T00:00:00.000Z',
  event: { id: `e${index}` },
});
const page = { items: [entryOf(9), entryOf(8)], nextCursor: '7', searchedTo: 10 };
const control = {
  id: 'soc2-cc6.3',
  framework: 'SOC 2',
  control: 'CC6.3',
  asks: 'access is removed',
  shownBy: 'revocations',
  events: ['TokenRevoked'],
};
const poison = {
  stream: 'issuer',
  position: '7.7',
  eventId: 'bad',
  sha256: 'a'.repeat(64),
  rule: 'subject: missing',
};

let server: Awaited<ReturnType<typeof serve>>;
let folder: string;
let asked: string[];
let halted: object[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-reading-'));
  [asked, halted] = [[], []];
  const answers: Record<string, () => object> = {
    'GET /v1/entries': () => page,
    'GET /v1/evidence/controls': () => ({ items: [control] }),
    'GET /v1/evidence/controls/soc2-cc6.3': () => ({ ...page, nextCursor: null, report: 'SOC 2 CC6.3' }),
    'GET /v1/evidence/access': () => ({ ...page, nextCursor: null, report: 'access' }),
    'GET /v1/quarantine': () => ({ items: halted }),
    'POST /v1/quarantine': () => poison,
  };
  server = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}${body}`);
      if (request.url === '/v1/export?format=csv') return void response.end('"index"\r\n"0"\r\n');
      const answer = answers[`${request.method} ${request.url?.split('?')[0]}`];
      if (answer) json(response, 200, answer());
      else response.writeHead(404).end();
    });
  });
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const terminal = new CapturedTerminal();
  const words = ['audit', ...args, '--audit-url', server.url];
  const exitCode = await runGatehouse(words, { env: { GATEHOUSE_TOKEN: 'gh_test' }, terminal });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse audit search', () => {
  it('asks for all that is given, the newest first, and shows no more than asked for', async () => {
    const { exitCode, out, err } = await run('search', 'fox', '--type', 'TokenRevoked', '--limit', '1');
    expect([exitCode, err]).toEqual([0, expect.stringContaining('there are more')]);
    expect(out).toMatch(/9 +2026-01-01T00:00:00.000Z +token.revoked.v1 +tok_9 +user:usr_1 +default/);
    expect(out).not.toContain('tok_8');
    for (const asking of ['type=TokenRevoked', 'text=fox', 'order=newest'])
      expect(asked[0]).toContain(asking);
  });

  it('gives JSON a line, and refuses what is no instant', async () => {
    const { out } = await run('search', '--json', '--limit', '2');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual(page.items);
    expect(await run('search', '--from', 'yesterday')).toMatchObject({ exitCode: 2 });
  });
});

describe('gatehouse audit evidence', () => {
  it('lists the controls, shows the entries of one, and one report at a time', async () => {
    expect((await run('evidence')).out).toMatch(/soc2-cc6.3 +SOC 2 +access is removed +revocations/);
    expect((await run('evidence', 'soc2-cc6.3')).out).toMatch(/9 .*tok_9/);
    expect((await run('evidence', '--person', 'usr_1', '--json')).out).toContain('"eventId":"e8"');
    expect(asked.at(-1)).toContain('person=usr_1');
    expect(await run('evidence', 'soc2-cc6.3', '--privileged')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('one report at a time'),
    });
  });
});

describe('gatehouse audit quarantine', () => {
  it('shows what the log has halted at and changes nothing without a reason', async () => {
    expect(await run('quarantine')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('not halted'),
    });
    halted = [poison];
    const { exitCode, out } = await run('quarantine');
    expect([exitCode, out]).toEqual([1, expect.stringContaining('subject: missing')]);
    expect(asked.filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  it('leaves out the very thing it showed, for a reason, and says which where both streams have halted', async () => {
    halted = [poison, { ...poison, stream: 'requests' }];
    expect(await run('quarantine', '--reason', 'bad build')).toMatchObject({ exitCode: 2 });
    const args = ['quarantine', '--stream', 'issuer', '--reason', 'bad build'];
    expect(await run(...args)).toMatchObject({ exitCode: 0, out: expect.stringContaining('left out') });
    const body = { stream: 'issuer', sha256: poison.sha256, reason: 'bad build' };
    const [posted] = asked.filter((call) => call.startsWith('POST'));
    expect(JSON.parse(posted.slice('POST /v1/quarantine'.length))).toEqual(body);
  });
});

describe('gatehouse audit export --format csv', () => {
  it('writes a new file that only its owner can read', async () => {
    const out = join(folder, 'log.csv');
    expect(await run('export', '--format', 'csv', '--out', out)).toMatchObject({ exitCode: 0 });
    expect((await readFile(out, 'utf8')).split(/\r?\n/)).toEqual(['"index"', '"0"', '']);
    expect(await run('export', '--format', 'csv', '--out', out)).toMatchObject({ exitCode: 1 });
    expect(await run('export', '--format', 'xml')).toMatchObject({ exitCode: 2 });
  });
});
