import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, serve } from '@gatehouse/testing';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const sink = {
  name: 'siem',
  kind: 'webhook',
  status: 'running',
  position: 90,
  lag: 10,
  deadLetters: 0,
  lastError: null,
  lastErrorAt: null,
  deliveredAt: null,
};

let server: Awaited<ReturnType<typeof serve>>;
let asked: string[];
let sinks: object[];
beforeEach(async () => {
  [asked, sinks] = [[], [sink]];
  const letters = [
    { index: 6, reason: 'the receiver answered 422', at: '2026-01-01T00:00:00.000Z', retrying: false },
  ];
  const answers: Record<string, () => object> = {
    'GET /v1/sinks': () => ({ size: 100, sinks }),
    'POST /v1/sinks/siem/replay': () => ({ from: 40, position: 90, entries: 50, dryRun: true }),
    'GET /v1/sinks/siem/dead-letters': () => ({ items: letters, nextCursor: null }),
    'POST /v1/sinks/siem/dead-letters/retry': () => ({ retrying: 1 }),
  };
  server = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const call = `${request.method} ${request.url?.split('?')[0]}`;
      asked.push(call + body);
      const answer = answers[call];
      if (answer) json(response, 200, answer());
      else response.writeHead(204).end();
    });
  });
});
afterEach(() => server.stop());

async function run(...args: string[]) {
  const terminal = new CapturedTerminal();
  const words = ['audit', 'sinks', ...args, '--audit-url', server.url];
  const exitCode = await runGatehouse(words, { env: { GATEHOUSE_TOKEN: 'gh_test' }, terminal });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse audit sinks', () => {
  it('shows how they are doing, and fails while one is in trouble', async () => {
    expect(await run()).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/siem +webhook +running +90 +10/),
    });
    sinks = [{ ...sink, status: 'failing', lastError: 'the receiver answered 503' }];
    expect(await run()).toMatchObject({ exitCode: 1, out: expect.stringContaining('answered 503') });
    sinks = [{ ...sink, deadLetters: 2 }];
    expect((await run('--json')).exitCode).toBe(1);
  });

  it('pauses, resumes, looks before it replays, and has dead letters offered again', async () => {
    await run('pause', 'siem');
    await run('resume', 'siem');
    const replay = await run('replay', 'siem', '--from', '40', '--dry-run');
    expect(replay.out).toBe('siem would get 50 entries from 40 on; it was at 90\n');
    const asJson = await run('replay', 'siem', '--from', '40', '--dry-run', '--json');
    expect(JSON.parse(asJson.out)).toMatchObject({ entries: 50, dryRun: true });
    expect((await run('dead-letters', 'siem')).out).toContain(
      'entry 6  2026-01-01T00:00:00.000Z  the receiver answered 422',
    );
    expect((await run('dead-letters', 'siem', '--retry')).out).toBe('1 entries are offered again\n');
    expect(asked).toEqual([
      'POST /v1/sinks/siem/pause',
      'POST /v1/sinks/siem/resume',
      'POST /v1/sinks/siem/replay{"from":40,"dryRun":true}',
      'POST /v1/sinks/siem/replay{"from":40,"dryRun":true}',
      'GET /v1/sinks/siem/dead-letters',
      'POST /v1/sinks/siem/dead-letters/retry',
    ]);
    expect((await run('replay', 'siem')).exitCode).toBe(2);
  });
});
