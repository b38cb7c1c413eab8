import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';
import { ReplaySystem } from './replay-system.js';

const LOG = `192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /a//b%22?w=100% HTTP/1.1" 200 12 "http://r/" "curl \\"x\\""
192.0.2.2 - - [17/May/2015:10:05:03 +0000] "POST /form HTTP/1.1" 404 - "-" "-"
garbage
192.0.2.1 - - [17/May/2015:10:05:04 +0000] "HEAD / HTTP/1.0" 301 5 "-" "cut o`;

let folder: string;
let system: ReplaySystem;
let terminal: CapturedTerminal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-replay-'));
  await writeFile(join(folder, 'access.log'), LOG);
  system = await ReplaySystem.start();
  terminal = new CapturedTerminal();
});
afterEach(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const replay = (...args: string[]) =>
  runGatehouse(['replay', join(folder, 'access.log'), ...system.args, ...args], {
    env: { GATEHOUSE_TOKEN: 'gh_test_admin' },
    terminal,
  });

describe('gatehouse replay', () => {
  it('sends every request as it was logged, and shows that all were recorded', async () => {
    expect(await replay('--json', '--concurrency', '1')).toBe(0);
    expect(system.arrivals.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /replay/a//b%22?w=100%',
      'POST /replay/form',
      'HEAD /replay/',
    ]);
    expect(system.arrivals[0]?.headers).toMatchObject({
      'x-forwarded-for': '192.0.2.1',
      'user-agent': 'curl "x"',
      referer: 'http://r/',
      'x-replay-bytes': '12',
    });
    expect(JSON.parse(terminal.printed)).toMatchObject({
      inLog: { 200: 1, 301: 1, 404: 1 },
      recorded: { 200: 1, 301: 1, 404: 1 },
      unreadable: { count: 1, samples: [{ number: 3, text: 'garbage' }] },
      complete: true,
    });
  });

  it('gives each client a token and revokes them all', async () => {
    await replay();
    const tokens = system.arrivals.map(({ headers }) => headers.authorization);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens[0]).toBe(tokens[2]);
    expect(system.revoked).toEqual(new Set(system.issued.values()));
  });

  it('shares tokens among the clients beyond the bound, and keeps them on request', async () => {
    expect(await replay('--max-tokens', '1', '--keep-tokens')).toBe(0);
    expect(system.issued.size).toBe(1);
    expect(system.revoked.size).toBe(0);
  });

  it('tries again while the gateway is busy, and counts each request once', async () => {
    system.busyAnswers = 4;
    expect(await replay()).toBe(0);
    expect(terminal.printed).toContain('4 attempts were repeated');
    expect(terminal.printed).toMatch(/total\s+3\s+3\s+3\s+3\s+0/);
  });

  it('says which lines it could not read', async () => {
    await replay();
    expect(terminal.printed).toContain('1 lines could not be read as requests');
    expect(terminal.printed).toContain('line 3: garbage');
  });

  it('never prints a token', async () => {
    await replay();
    expect(terminal.printed + terminal.noted).not.toContain('gh_test_');
  });

  it('only reads the log on a dry run', async () => {
    expect(await replay('--dry-run')).toBe(0);
    expect(terminal.printed).toMatch(/total\s+3/);
    expect(system.issued.size).toBe(0);
  });

  it('fails and shows what is missing when records were lost', async () => {
    system.lostRecords = 1;
    expect(await replay('--patience', '1')).toBe(1);
    expect(terminal.printed).toMatch(/total\s+3\s+3\s+3\s+2\s+1/);
    expect(terminal.printed).toContain('The records differ from the log.');
  });

  it('revokes its tokens when interrupted', async () => {
    const running = replay('--speed', '0.001', '--concurrency', '1');
    const interrupt = setInterval(() => system.arrivals.length >= 2 && terminal.interrupt(), 10);
    expect(await running).toBe(130);
    clearInterval(interrupt);
    expect(system.revoked).toEqual(new Set(system.issued.values()));
  });
});
