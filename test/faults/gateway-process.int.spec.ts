import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { issuersPart, JwtSigner } from '../../apps/gateway/test/jwt-signer.js';
import { type Stage, setStage } from '../../apps/gateway/test/stage.js';
import { until } from '../../apps/gateway/test/until.js';
import { seeded } from './seeded.js';

const KILLS = 5;
/** How old the route lets the gateway's view be. */
const STALE_MS = 2_000;
const ROUTES = `
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', staleSeconds: ${STALE_MS / 1000}, scopes: { '*': [] } }
`;

interface Revoked {
  readonly tokens: readonly string[];
  readonly atMs: number;
}

describe('the process of a gateway', () => {
  let stage: Stage;
  let signer: JwtSigner;
  const statusOf = async (token: string) => (await call(`${stage.gateway.url}/demo/x`, token)).status;
  /** An opaque token, and a JWT, of which only events can say that it is revoked. */
  const issue = async () => {
    const { token, id } = stage.issuer.issue();
    return [token, await signer.accessToken({ jti: id })];
  };
  const revoke = (tokens: readonly string[]): Revoked => {
    stage.issuer.revoke(tokens[0]);
    return { tokens, atMs: performance.now() };
  };

  beforeAll(async () => {
    signer = await JwtSigner.make();
    stage = await setStage({ routes: ROUTES });
    await writeFile(join(stage.gateway.dir, 'keys.json'), JSON.stringify({ keys: [signer.listed] }));
    await writeFile(stage.gateway.routesFile, issuersPart() + ROUTES);
    const token = await signer.accessToken();
    await until(async () => (await statusOf(token)) === 200);
  });
  afterAll(() => stage.stop());

  it('may be killed at any moment: what was revoked is refused afterwards, and what is good passes', async () => {
    const random = seeded(11);
    const revoked: Revoked[] = [];
    const wrong: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const [good, bad] = [await issue(), await issue()];
      for (const token of [...good, ...bad])
        await eventually(async () => expect(await statusOf(token)).toBe(200));
      revoked.push(revoke(bad));
      await delay(random() * 40);
      await stage.gateway.kill('SIGKILL');
      await stage.gateway.restart();
      for (const { tokens, atMs } of revoked)
        for (const token of tokens) {
          const isDue = performance.now() - atMs > STALE_MS;
          if ((await statusOf(token)) === 200 && isDue) wrong.push(`${kill}`);
        }
      for (const token of good) await eventually(async () => expect(await statusOf(token)).toBe(200));
    }
    expect(wrong).toEqual([]);
  });

  it('may stand still: what was revoked meanwhile is refused in the first request after it', async () => {
    const tokens = await issue();
    for (const token of tokens) await eventually(async () => expect(await statusOf(token)).toBe(200));
    process.kill(stage.gateway.pid, 'SIGSTOP');
    const { atMs } = revoke(tokens);
    const waiting = tokens.flatMap((token) => Array.from({ length: 5 }, () => statusOf(token)));
    await until(async () => performance.now() - atMs > STALE_MS + 500);
    process.kill(stage.gateway.pid, 'SIGCONT');
    const statuses = await Promise.all(waiting);
    for (const status of statuses) expect([401, 503]).toContain(status);
    for (const token of tokens) await eventually(async () => expect(await statusOf(token)).toBe(401));
  });
});
