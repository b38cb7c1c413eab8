import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { call } from './call.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ROUTES = `
issuers: [{ issuer: 'https://id.example', audience: 'https://api.example', jwksFile: keys.json }]
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', staleSeconds: 2, scopes: { '*': [demo:read] } }
  - { id: lax, path: /lax/*, upstream: '\${UPSTREAM_URL}', staleSeconds: 3600, scopes: { '*': [demo:read] } }
`;
const PLAIN = ROUTES.replace(/issuers.*\n/, '');

describe('a gateway that starts again', () => {
  let stage: Stage;
  let key: CryptoKey;
  let good: string;
  let revoked: string;
  const ask = (path: string, token: string) => call(`${stage.gateway.url}${path}`, token);
  const snapshot = () => join(stage.gateway.spoolDir, 'revocations.snapshot');

  const sign = (id: string) =>
    new SignJWT({ scope: 'demo:read' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
      .setIssuer('https://id.example')
      .setAudience('https://api.example')
      .setJti(id)
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(key);

  beforeEach(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
    stage = await setStage({ routes: PLAIN });
    await writeFile(join(stage.gateway.dir, 'keys.json'), JSON.stringify({ keys: [jwk] }));
    await writeFile(stage.gateway.routesFile, ROUTES);
    // A JWT says nothing of its revocation, and nobody can be asked: only the view knows.
    const { token, id } = stage.issuer.issue();
    [good, revoked] = await Promise.all([sign(newId('tok')), sign(id)]);
    stage.issuer.revoke(token);
    await until(async () => (await ask('/demo/x', good)).status === 200);
    await until(async () => (await ask('/demo/x', revoked)).code === 'token-revoked');
  });
  afterEach(() => stage.stop());

  const everythingAway = async () => {
    await stage.server.kill();
    stage.issuer.down = true;
  };

  it('goes on from its snapshot instead of following the feed from the beginning', async () => {
    await stage.gateway.kill('SIGTERM');
    stage.issuer.pagesAfter.length = 0;
    stage.issuer.revoke(stage.issuer.issue().token); // it has something to catch up with
    await stage.gateway.restart();
    await eventually(() => expect(stage.issuer.pagesAfter).toContain('1.1'));
    expect(stage.issuer.pagesAfter.filter((after) => after === '0.0')).toHaveLength(1); // is the snapshot's event still there?
    expect((await ask('/demo/x', revoked)).code).toBe('token-revoked');
    await eventually(async () => expect((await ask('/demo/x', good)).status).toBe(200));
  });

  it('knows what was revoked with everything else away, and trusts its view as long as the route does', async () => {
    await stage.gateway.kill('SIGTERM');
    await everythingAway();
    await stage.gateway.restart();
    expect((await ask('/lax/x', good)).status).toBe(200);
    expect((await ask('/lax/x', revoked)).code).toBe('token-revoked');
    await eventually(async () => expect((await ask('/demo/x', good)).code).toBe('view-stale'));
    expect((await ask('/lax/x', revoked)).code).toBe('token-revoked');
  });

  it('has its snapshot also when it was killed', async () => {
    await eventually(() => expect(existsSync(snapshot())).toBe(true));
    await stage.gateway.kill();
    await everythingAway();
    await stage.gateway.restart();
    expect((await ask('/lax/x', revoked)).code).toBe('token-revoked');
    expect((await ask('/lax/x', good)).status).toBe(200);
  });

  it('believes nothing of a damaged snapshot: it lets nobody through until it has followed the feed', async () => {
    await stage.gateway.kill('SIGTERM');
    const bytes = await readFile(snapshot());
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    await writeFile(snapshot(), bytes);
    await everythingAway();
    stage.issuer.pagesAfter.length = 0;
    await stage.gateway.restart();
    await eventually(() =>
      expect(stage.gateway.logs()).toContain('the snapshot of revocations is not believed'),
    );
    for (const token of [good, revoked]) expect((await ask('/lax/x', token)).code).toBe('view-stale');
    stage.issuer.down = false;
    await stage.server.restart();
    await eventually(async () => expect((await ask('/lax/x', good)).status).toBe(200));
    expect(stage.issuer.pagesAfter[0]).toBe('0.0');
    expect((await ask('/lax/x', revoked)).code).toBe('token-revoked');
  });

  it('drops a snapshot of events that the issuer no longer has', async () => {
    await stage.gateway.kill('SIGTERM');
    stage.issuer.replaceEvents();
    stage.issuer.pagesAfter.length = 0;
    await stage.gateway.restart();
    await eventually(() => expect(stage.gateway.logs()).toContain('it is dropped'));
    await eventually(async () => expect((await ask('/demo/x', good)).status).toBe(200));
    expect(stage.issuer.pagesAfter.slice(0, 2)).toEqual(['0.0', '0.0']);
  });
});
