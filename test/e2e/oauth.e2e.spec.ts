import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gatehouse } from './gatehouse.js';

const AUDIENCE = 'https://api.example';
const ROUTES = `
routes:
  - id: demo
    path: /demo/*
    upstream: \${UPSTREAM_URL}
    scopes: { GET: [demo:read], '*': [demo:write] }
`;

const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

/** The path of a JWT through the whole system: issued by the issuer, let through by a gateway, revoked. */
describe('an OAuth access token', () => {
  let system: Gatehouse;
  let folder: string;
  let application: { id: string; clientSecret: string };
  const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-oauth-'));
    const file = join(folder, 'gateway.yaml');
    await writeFile(file, ROUTES);
    system = await Gatehouse.start(['--gateways', '2'], { GATEWAY_CONFIG: file });
    const { url } = system.run.issuer;
    const trusted = `{ issuer: '${url}', audience: '${AUDIENCE}', jwksUri: '${url}/.well-known/jwks.json' }`;
    await writeFile(file, `issuers: [${trusted}]${ROUTES}`);
    application = (await manage('/v1/applications', {
      name: 'e2e',
      grantTypes: ['client_credentials', EXCHANGE],
      resources: [AUDIENCE],
      scopes: ['demo:read'],
    })) as typeof application;
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function manage(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(system.run.issuer.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.run.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.json();
  }
  const oauth = (path: string, fields: Record<string, string>) =>
    fetch(system.run.issuer.url + path, {
      method: 'POST',
      body: new URLSearchParams({
        ...fields,
        client_id: application.id,
        client_secret: application.clientSecret,
      }),
    });

  it('is let through by a gateway for its scope, and refused once it is revoked', async () => {
    await eventually(async () => {
      const issued = await oauth('/oauth/token', { grant_type: 'client_credentials', scope: 'demo:read' });
      const { access_token: token } = (await issued.json()) as { access_token: string };
      await eventually(async () => {
        const passed = await system.call(0, '/demo/hello', token);
        if (passed.status !== 200) throw new Error(`${passed.status} ${await passed.text()}`);
      });
      const wrote = await system.call(0, '/demo/hello', token, { method: 'POST' });
      expect([wrote.status, await codeOf(wrote)]).toEqual([403, 'scope-insufficient']);
      expect((await oauth('/oauth/revoke', { token })).status).toBe(200);
      await eventually(
        async () => {
          const refused = await system.call(0, '/demo/hello', token);
          if (refused.status !== 401) throw new Error(`${refused.status}`);
          expect(await codeOf(refused)).toBe('token-revoked');
        },
        { timeoutMs: 1_000, everyMs: 5 },
      );
    });
  });

  it('that is good for one request lets one of fifty through two gateways', async () => {
    const apiToken = await manage('/v1/tokens', { name: 'e2e', scopes: ['demo:read'] });
    const issued = await oauth('/oauth/token', {
      grant_type: EXCHANGE,
      subject_token: (apiToken as { token: string }).token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      single_use: 'true',
    });
    const { access_token: token } = (await issued.json()) as { access_token: string };
    const calls = Array.from({ length: 50 }, (_, i) => system.call(i % 2, '/demo/hello', token));
    const answers = await Promise.all(calls);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(49);
    expect(new Set(await Promise.all(refused.map(codeOf)))).toEqual(new Set(['token-consumed']));
  });
});
