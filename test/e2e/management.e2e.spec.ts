import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Gatehouse } from './gatehouse.js';

const OTHER_API = 'https://api.example';

const everywhere = (answer: string) => ({ audit: answer, analytics: answer, gateway: answer });

/** Every service's management API takes access tokens that were issued for `<issuer>/v1`, beside API tokens. */
describe('an access token for the management APIs', () => {
  let system: Gatehouse;
  let application: { id: string; clientSecret: string };
  let ways: Record<string, string>;

  beforeAll(async () => {
    system = await Gatehouse.start();
    const { issuer, audit, analytics, gateways } = system.run;
    ways = {
      audit: `${audit.url}/v1/entries?limit=1`,
      analytics: `${analytics.url}/v1/usage`,
      gateway: `${gateways[0].adminUrl}/v1/routes`,
    };
    const answer = await fetch(`${issuer.url}/v1/applications`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.run.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'console',
        grantTypes: ['client_credentials'],
        resources: [`${issuer.url}/v1`, OTHER_API],
        scopes: ['audit:read', 'usage:read', 'gateway:read', 'demo:read'],
      }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    application = (await answer.json()) as typeof application;
  });
  afterAll(() => system.stop());

  const oauth = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(system.run.issuer.url + path, {
      method: 'POST',
      headers,
      body: new URLSearchParams({
        ...fields,
        client_id: application.id,
        client_secret: application.clientSecret,
      }),
    });
  async function accessToken(fields: Record<string, string> = {}, headers = {}): Promise<string> {
    const asked = { scope: 'audit:read usage:read gateway:read', resource: `${system.run.issuer.url}/v1` };
    const answer = await oauth(
      '/oauth/token',
      { grant_type: 'client_credentials', ...asked, ...fields },
      headers,
    );
    return ((await answer.json()) as { access_token: string }).access_token;
  }
  /** How each service answers it. */
  async function answersTo(token: string): Promise<Record<string, string>> {
    const answers: Record<string, string> = {};
    for (const [service, url] of Object.entries(ways)) {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      const { code = '' } = (await answer.json()) as { code?: string };
      answers[service] = `${answer.status} ${code}`.trim();
    }
    return answers;
  }

  it('does what its scopes say, at each of them, until it is revoked', async () => {
    const token = await accessToken();
    expect(await answersTo(token)).toEqual(everywhere('200'));
    expect((await oauth('/oauth/revoke', { token })).status).toBe(200);
    expect(await answersTo(token)).toEqual(everywhere('401 token-revoked'));
  });

  it('does no more than its scopes say', async () => {
    const token = await accessToken({ scope: 'usage:read' });
    expect(await answersTo(token)).toEqual({ ...everywhere('403 scope-insufficient'), analytics: '200' });
  });

  it('is taken from nobody who got it for another API, changed it, or made it up', async () => {
    const other = await accessToken({ scope: 'demo:read', resource: OTHER_API });
    expect(await answersTo(other)).toEqual(everywhere('401 token-audience-mismatch'));
    const [claims, signature] = [await accessToken(), await accessToken()].map((token) => token.split('.'));
    const changed = [claims[0], claims[1], signature[2]].join('.');
    expect(await answersTo(changed)).toEqual(everywhere('401 token-signature-invalid'));
  });

  it('that is bound to a key is refused, because nothing proves the key there', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const proof = await new SignJWT({ htm: 'POST', htu: `${system.run.issuer.url}/oauth/token` })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setJti(await calculateJwkThumbprint(jwk))
      .setIssuedAt()
      .sign(privateKey);
    expect(await answersTo(await accessToken({}, { dpop: proof }))).toEqual(
      everywhere('401 dpop-proof-required'),
    );
  });
});
