import type { ServiceAccountEffect } from '@gatehouse/contracts';
import { json, serve } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const effect = (revoked: number, complete: boolean): ServiceAccountEffect => ({
  dryRun: false,
  suspended: 0,
  resumed: 0,
  narrowed: 0,
  revoked,
  accessTokens: 0,
  complete,
});

let issuer: Awaited<ReturnType<typeof serve>>;
let asked: string[];
let answers: ServiceAccountEffect[];
/** An issuer, as far as this command sees it; the issuer's own specs drive the real one. */
beforeEach(async () => {
  asked = [];
  issuer = await serve(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    json(response, 200, answers.shift());
  });
});
afterEach(() => issuer.stop());

describe('gatehouse service-accounts delete', () => {
  it('goes on until nothing hangs on the account any more, and says how much that was', async () => {
    answers = [effect(100, false), effect(100, false), effect(7, true)];
    const terminal = new CapturedTerminal();
    const words = ['service-accounts', 'delete', 'sac_1', '--reason', 'r', '--yes', '--json'];
    const exitCode = await runGatehouse([...words, '--issuer-url', issuer.url], {
      env: { GATEHOUSE_TOKEN: 'gh_live_admin' },
      terminal,
    });
    expect([exitCode, JSON.parse(terminal.printed)]).toEqual([0, effect(207, true)]);
    expect(asked).toEqual(Array(3).fill('DELETE /v1/service-accounts/sac_1?reason=r&dryRun=false'));
  });
});
