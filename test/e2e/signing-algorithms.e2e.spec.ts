import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { Gatehouse } from './gatehouse.js';

const RESOURCE = 'https://api.example';
const ROTATED_IN = ['RS256', 'PS256', 'EdDSA'];
const ALL = ['ES256', ...ROTATED_IN];
const ROUTES = `
routes:
  - id: demo
    path: /demo/*
    upstream: \${UPSTREAM_URL}
    scopes: { '*': [demo:read] }
`;

/** What the issuer signs with, by the resource's wish, and what a gateway takes, by its own list. */
describe('a resource’s tokens, signed as it asks', () => {
  let system: Gatehouse;
  let folder: string;
  let application: { id: string; clientSecret: string };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-algorithms-'));
    await writeFile(join(folder, 'gateway.yaml'), ROUTES);
    system = await Gatehouse.start([], { GATEWAY_CONFIG: join(folder, 'gateway.yaml') });
    for (const algorithm of ROTATED_IN) await manage('/v1/keys/rotate', { algorithm, leadSeconds: 1 });
    application = await manage('/v1/applications', {
      name: 'algorithms',
      grantTypes: ['client_credentials'],
      resources: [RESOURCE],
      scopes: ['demo:read'],
    });
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function manage<Answer>(path: string, body: unknown): Promise<Answer> {
    const answer = await fetch(system.run.issuer.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.run.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  /** A new token whose signature is as the resource is declared to want it. */
  async function tokenSignedWith(signingAlgorithm: string): Promise<string> {
    const declared = { resource: RESOURCE, name: 'Demo', signingAlgorithm };
    await eventually(() => manage('/v1/resources', declared)); // a key just rotated in may not sign yet
    return eventually(async () => {
      const answer = await fetch(`${system.run.issuer.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope: 'demo:read',
          client_id: application.id,
          client_secret: application.clientSecret,
        }),
      });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      expect(decodeProtectedHeader(token).alg).toBe(signingAlgorithm);
      return token;
    });
  }

  async function trustOnly(algorithms: readonly string[]): Promise<void> {
    const { url } = system.run.issuer;
    const trusted = `{ issuer: '${url}', audience: '${RESOURCE}', jwksUri: '${url}/.well-known/jwks.json', algorithms: [${algorithms.join()}] }`;
    const { loadedAt } = await system.gatewayAdmin(0).routes();
    await writeFile(join(folder, 'gateway.yaml'), `issuers: [${trusted}]${ROUTES}`);
    await eventually(async () => expect((await system.gatewayAdmin(0).routes()).loadedAt).not.toBe(loadedAt));
  }

  async function answerTo(token: string): Promise<unknown> {
    const answer = await system.call(0, '/demo/hello', token);
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
    return code ?? answer.status;
  }

  it.each(ALL)('are taken by a gateway that names %s, and those signed otherwise refused', async (named) => {
    await trustOnly([named]);
    const answers: Record<string, unknown> = {};
    for (const algorithm of ALL) answers[algorithm] = await answerTo(await tokenSignedWith(algorithm));
    const refused = Object.fromEntries(ALL.map((algorithm) => [algorithm, 'token-signature-invalid']));
    expect(answers).toEqual({ ...refused, [named]: 200 });
  });

  it('are taken with any of the names a gateway lists, from one JWK Set', async () => {
    await trustOnly(ALL);
    for (const algorithm of ALL) expect(await answerTo(await tokenSignedWith(algorithm))).toBe(200);
  });
});
