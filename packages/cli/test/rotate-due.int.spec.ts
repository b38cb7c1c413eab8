import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, serve } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';
import { sampleToken } from '../../client/test/sample-token.js';

const rotation = { everyDays: 90, overlapSeconds: 60, remindDaysBefore: 7 };
const due = ['a', 'b'].map((letter) => ({ ...sampleToken, id: `tok_${letter.repeat(32)}`, rotation }));

let issuer: Awaited<ReturnType<typeof serve>>;
let dir: string;
let asked: string[];
/** Of these the issuer will not hear. */
let refused: string[];
beforeEach(async () => {
  [asked, refused] = [[], []];
  dir = await mkdtemp(join(tmpdir(), 'rotate-due-'));
  issuer = await serve(answer);
});
afterEach(async () => {
  await issuer.stop();
  await rm(dir, { recursive: true, force: true });
});

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  asked.push(`${method} ${url}`);
  if (method === 'GET') return json(response, 200, { items: due, nextCursor: null });
  const token = due.find(({ id }) => url.includes(id))!;
  if (refused.includes(token.id))
    return json(response, 409, {
      type: 'x',
      title: 'no',
      status: 409,
      detail: 'no',
      code: 'token-not-active',
      requestId: 'r',
    });
  return json(response, 201, { ...token, token: `gh_live_${token.id.slice(4, 12)}` });
}

async function rotate(...args: string[]) {
  const terminal = new CapturedTerminal();
  const all = ['tokens', 'rotate', ...args, '--issuer-url', issuer.url];
  const exitCode = await runGatehouse(all, { env: { GATEHOUSE_TOKEN: 'gh_live_admin' }, terminal });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}
const rotated = () => asked.filter((line) => line.startsWith('POST')).length;

describe('gatehouse tokens rotate --due', () => {
  it.each([[['--due', '7']], [['--due', '7', '--yes', '--dry-run']]])(
    'only lists what needs a new secret with %j',
    async (args) => {
      const { exitCode, out, err } = await rotate(...args);
      expect([exitCode, asked]).toEqual([0, ['GET /v1/tokens?limit=500&rotationDue=7']]);
      for (const { id } of due) expect(out).toContain(id);
      expect(out).toContain('2026-04-01T00:00:00.000Z'); // 90 days after its secret was added
      expect(err).toContain('nothing was changed');
    },
  );

  it('rotates them with --yes and prints each secret once', async () => {
    const { exitCode, out } = await rotate('--due', '--yes', '--json');
    expect([exitCode, asked[0], rotated()]).toEqual([0, 'GET /v1/tokens?limit=500&rotationDue=0', 2]);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).token),
    ).toEqual(['gh_live_aaaaaaaa', 'gh_live_bbbbbbbb']);
  });

  it('writes the secrets to a file of its own that only its owner can read', async () => {
    const file = join(dir, 'new.jsonl');
    const { exitCode, out } = await rotate('--due', '--yes', '--out', file);
    expect([exitCode, out]).toEqual([0, '']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  it('rotates nothing where the file is there already', async () => {
    const file = join(dir, 'kept.jsonl');
    await writeFile(file, 'kept');
    expect((await rotate('--due', '--yes', '--out', file)).exitCode).toBe(2);
    expect([rotated(), await readFile(file, 'utf8')]).toEqual([0, 'kept']);
  });

  it('goes on after one that is refused, and fails', async () => {
    refused = [due[0].id];
    const { exitCode, out, err } = await rotate('--due', '--yes');
    expect([exitCode, rotated()]).toEqual([1, 2]);
    expect(out).toContain('gh_live_bbbbbbbb');
    expect(err).toContain(due[0].id);
  });

  it.each([[[]], [[due[0].id, '--due']]])('is wrong usage with %j', async (args) => {
    expect((await rotate(...args)).exitCode).toBe(2);
  });
});
