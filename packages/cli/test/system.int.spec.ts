import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, serve } from '@gatehouse/testing';
import { problemOf } from '@gatehouse/contracts';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const SECRET = 'gh_live_admin';
let folder: string;
let service: Awaited<ReturnType<typeof serve>>;
let callers: (string | undefined)[];
let ready: boolean;
beforeEach(async () => {
  [callers, ready] = [[], true];
  service = await serve((request, response) => {
    callers.push(request.headers.authorization);
    if (request.url !== '/health/ready') json(response, 404, problemOf('not-found', 'no such token', 'r1'));
    else json(response, ready ? 200 : 503, { status: '', checks: { database: ready ? 'ok' : 'away' } });
  });
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
  const { url } = service;
  const run = { issuer: { url }, gateway: { url, adminUrl: url }, audit: { url }, analytics: { url } };
  await writeFile(join(folder, 'run.json'), JSON.stringify({ ...run, adminToken: SECRET }));
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

async function gatehouse(args: string[], env: NodeJS.ProcessEnv = {}) {
  const terminal = new CapturedTerminal();
  const exitCode = await runGatehouse(args, { env, terminal });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse', () => {
  it('finds the system through run.json, named by option or environment', async () => {
    await gatehouse(['tokens', 'get', 'tok_1', '--dir', folder]);
    await gatehouse(['tokens', 'get', 'tok_1'], { GATEHOUSE_DIR: folder });
    await gatehouse(['tokens', 'get', 'tok_1'], { GATEHOUSE_DIR: folder, GATEHOUSE_TOKEN: 'other' });
    expect(callers).toEqual([`Bearer ${SECRET}`, `Bearer ${SECRET}`, 'Bearer other']);
  });

  it('shows a refusal as one line and fails', async () => {
    const { exitCode, out, err } = await gatehouse(['tokens', 'get', 'tok_1', '--dir', folder]);
    expect({ exitCode, out, err }).toEqual({
      exitCode: 1,
      out: '',
      err: 'error: There is no such thing: no such token\n',
    });
  });

  it('says when every service is ready', async () => {
    const { exitCode, out } = await gatehouse(['status', '--dir', folder]);
    expect(exitCode).toBe(0);
    expect(out.match(/ {2}ready/g)).toHaveLength(4);
  });

  it('fails and says why when a service is not ready', async () => {
    ready = false;
    const { exitCode, out } = await gatehouse(['status', '--dir', folder]);
    expect(exitCode).toBe(1);
    expect(out).toContain('database: away');
  });

  it('fails when a service is not there', async () => {
    const { exitCode, out } = await gatehouse([
      'status',
      '--issuer-url',
      'http://127.0.0.1:1',
      '--dir',
      folder,
    ]);
    expect(exitCode).toBe(1);
    expect(out).toContain('ECONNREFUSED');
  });

  it('answers 2 to wrong usage and says what was expected', async () => {
    const attempts = {
      "unknown command 'fly'": ['fly'],
      "required option '--name <name>'": ['tokens', 'issue'],
      'a duration is a number and s, m, h or d': ['tokens', 'issue', '--expires-in', 'soon'],
      'Allowed choices are TokenIssued, ': ['events', 'tail', '--type', 'X'],
      'run.json is not there': ['status', '--dir', join(folder, 'nowhere')],
      '/nowhere/log cannot be read (ENOENT)': ['replay', '/nowhere/log'],
    };
    for (const [message, args] of Object.entries(attempts)) {
      const { exitCode, err } = await gatehouse(args);
      expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringContaining(message) });
    }
  });

  it('does not quote a broken run.json, which holds a token', async () => {
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken', 'run.json'), `{"adminToken":"${SECRET}"`);
    const { exitCode, err } = await gatehouse(['status', '--dir', join(folder, 'broken')]);
    expect(exitCode).toBe(2);
    expect(err).not.toContain(SECRET);
  });

  it('shows examples in the help of every command that does something', async () => {
    for (const args of [[], ['status'], ['tokens', 'issue'], ['events', 'tail'], ['usage'], ['replay']]) {
      const { exitCode, out } = await gatehouse([...args, '--help']);
      expect(exitCode).toBe(0);
      expect(out).toContain('Examples:');
    }
  });
});
