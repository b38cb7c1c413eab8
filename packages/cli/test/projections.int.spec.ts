import { Readable } from 'node:stream';
import { json as jsonOf } from 'node:stream/consumers';
import type { RebuildStep } from '@gatehouse/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serve } from '@gatehouse/testing';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const done = (differing: number, replaced: boolean): RebuildStep => ({
  step: 'done',
  tables: [
    { table: 'tenant', rows: 2, differing, checksums: { live: '17', rebuilt: differing === 0 ? '17' : '4' } },
  ],
  replaced,
});

let issuer: Awaited<ReturnType<typeof serve>>;
let asked: unknown[];
let last: RebuildStep | undefined;
beforeEach(async () => {
  asked = [];
  issuer = await serve((request, response) => {
    void jsonOf(request).then((body) => {
      asked.push([request.method, request.url, body]);
      const steps = [{ step: 'replaying', done: 3, total: 3 }, ...(last ? [last] : [])];
      response.end(steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
    });
  });
});
afterEach(() => issuer.stop());

async function rebuild(...args: string[]) {
  const terminal = new CapturedTerminal();
  const exitCode = await runGatehouse(['projections', 'rebuild', ...args, '--issuer-url', issuer.url], {
    env: { GATEHOUSE_TOKEN: 'gh_live_admin' },
    terminal,
    input: Readable.from([]),
  });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse projections rebuild', () => {
  it('only compares with --check, and fails when something differs', async () => {
    last = done(1, false);
    const { exitCode, out, err } = await rebuild('--check');
    expect(asked).toEqual([['POST', '/v1/projections/rebuild', { check: true }]]);
    expect(exitCode).toBe(1);
    expect(out).toContain('they differ; nothing was replaced');
    expect(err).toContain('replayed: 3/3');
    last = done(0, false);
    expect(await rebuild('--check')).toMatchObject({ exitCode: 0, out: expect.stringContaining('equal') });
  });

  it('succeeds when what differed was replaced, and says it in JSON when asked to', async () => {
    last = done(1, true);
    const { exitCode, out } = await rebuild('--json');
    expect([exitCode, JSON.parse(out)]).toEqual([0, last]);
  });

  it('fails when the issuer hangs up before it was done', async () => {
    last = undefined;
    const { exitCode, err } = await rebuild();
    expect(exitCode).toBe(1);
    expect(err).toContain('hung up');
  });
});
