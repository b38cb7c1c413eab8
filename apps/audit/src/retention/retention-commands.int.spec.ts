import { Writable } from 'node:stream';
import { runGatehouse } from '@gatehouse/cli';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;
let log: LogReader;
let operator: string;

beforeAll(async () => {
  around = await startSurroundings();
  operator = around.issuer.admit(['audit:read', 'audit:write']);
  around.issuer.commitMany(4); // of 2023
  around.issuer.commit({ tenant: 'acme', data: { tokenId: 'tok_acme' } });
  log = LogReader.of(await around.audit(), around);
  await log.covers(5);
});
afterAll(() => around.stop());

async function gatehouse(...words: string[]) {
  let [out, err] = ['', ''];
  const terminal = {
    out: new Writable({ write: (chunk, _, done) => ((out += String(chunk)), done()) }),
    err: new Writable({ write: (chunk, _, done) => ((err += String(chunk)), done()) }),
    interactive: false,
    signal: new AbortController().signal,
  };
  const args = ['audit', ...words, '--audit-url', log.url];
  const exitCode = await runGatehouse(args, { env: { GATEHOUSE_TOKEN: operator }, terminal });
  return { exitCode, out, err };
}

describe('gatehouse audit retention and holds', () => {
  it('shows what a policy would take before it is set, and takes it but for what is on hold', async () => {
    const policy = ['set', '--rule', '30d', '--rule', 'type=user.created.v1,tenant=acme,forever'];
    const why = ['--reason', 'policy of the year'];
    expect((await gatehouse('retention')).out).toBe('no policy: every body is kept for ever\n');
    const tried = await gatehouse('retention', ...policy, ...why, '--dry-run');
    expect(tried.out).toMatch(/token\.issued\.v1 +default +2 +0\n/);
    expect(tried.out).toContain('nothing was changed; these would go');
    expect((await gatehouse('retention')).out).toContain('no policy');

    const placed = await gatehouse('holds', 'place', '--tenant', 'acme', '--reason', 'case 1');
    const [holdId = ''] = placed.out.split(' ');
    expect(placed.out).toBe(`${holdId} keeps the entries of tenant acme\n`);
    expect((await gatehouse('holds')).out).toMatch(/hold_\w+ +tenant acme .*case 1/);

    expect((await gatehouse('retention', ...policy, ...why)).out).toContain('these go with the next run');
    expect((await gatehouse('retention')).out).toMatch(/every type +every tenant +30 days\n.*acme +for ever/);
    const run = await gatehouse('retention', 'run');
    expect(run.out).toBe('4 bodies expired; legal holds kept 1\n');

    const lifted = await gatehouse('holds', 'lift', holdId, '--reason', 'closed', '--json');
    expect(JSON.parse(lifted.out)).toMatchObject({ id: holdId, lifted: { reason: 'closed' } });
  });

  it.each([
    ['a rule that is none', ['retention', 'set', '--rule', 'soon', '--reason', 'r'], /<days>d, or forever/],
    [
      'a hold on two things',
      ['holds', 'place', '--tenant', 'a', '--token', 'b', '--reason', 'r'],
      /one of them/,
    ],
    ['a hold that is not there', ['holds', 'lift', `hold_${'0'.repeat(32)}`, '--reason', 'r'], /No hold/],
  ])('refuses %s and says why', async (_, words, why) => {
    const { exitCode, err } = await gatehouse(...words);
    expect(exitCode).not.toBe(0);
    expect(err).toMatch(why);
  });
});
