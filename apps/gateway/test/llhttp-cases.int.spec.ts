import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { LenientUpstream } from './lenient-upstream.js';
import { llhttpCases } from './llhttp-cases.js';
import { forEachOf, sayAndLeave } from './say-and-leave.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const cases = llhttpCases();
const here = cases.length > 0;

(here ? describe : describe.skip)(`llhttp’s parsing cases${here ? '' : ' (not at hand)'}`, () => {
  let upstream: LenientUpstream;
  let stage: Stage;
  let token: string;

  beforeAll(async () => {
    upstream = await LenientUpstream.start();
    stage = await setStage({
      routes: `routes: [{ id: all, path: '/*', upstream: '\${UPSTREAM_URL}', scopes: { '*': [] } }]`,
      env: { UPSTREAM_URL: upstream.url },
    });
    ({ token } = stage.issuer.issue());
    await until(async () => (await call(`${stage.gateway.url}/`, token)).status === 200);
    upstream.understood.length = 0;
  });
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
  });

  it('never make more requests at the upstream than a strict parser finds messages', async () => {
    const tally = { cases: cases.length, passed: 0, refused: 0, dropped: 0 };
    await forEachOf([...cases.entries()], 12, async ([i, { bytes }]) => {
      const answer = await sayAndLeave(stage.gateway.port, authorised(bytes, i, token));
      if (answer === '') tally.dropped++;
      else if (/^HTTP\/1\.1 [23]/m.test(answer)) tally.passed++;
      else tally.refused++;
    });
    const arrived = new Map<string, number>();
    for (const { headers } of upstream.understood) {
      const number = headers.find(([name]) => name === 'x-case')?.[1] ?? 'unmarked';
      arrived.set(number, (arrived.get(number) ?? 0) + 1);
    }
    expect(arrived.get('unmarked')).toBeUndefined();
    const tooMany = [...arrived].filter(([i, count]) => count > cases[Number(i)].messages);
    expect(tooMany.map(([i]) => cases[Number(i)].name)).toEqual([]);
    expect(tally.passed).toBeGreaterThan(10);
    console.info(`llhttp: ${JSON.stringify(tally)}`);
  });
});

/** The same message from somebody who may send it: his headers come right after the request line. */
function authorised(bytes: string, i: number, token: string): string {
  const host = /^host *:/im.test(bytes) ? '' : 'Host: a\r\n';
  return bytes.replace(/^(\s*[^\r\n]+\r\n)/, `$1${host}Authorization: Bearer ${token}\r\nX-Case: ${i}\r\n`);
}
