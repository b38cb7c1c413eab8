import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TENANT_CLAIM } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { IntrospectionEndpoint } from './introspection-endpoint.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

describe('opaque tokens of an outside issuer', () => {
  let stage: Stage;
  let endpoint: IntrospectionEndpoint;
  let made = 0;
  const issue = (answer: Record<string, unknown> = {}): string => {
    const token = `out_token-${made++}`;
    endpoint.answers.set(token, { active: true, scope: 'demo:read', aud: ['api', 'other'], ...answer });
    return token;
  };
  const send = (token: string) => call(`${stage.gateway.url}/demo/x`, token);

  beforeAll(async () => {
    endpoint = await IntrospectionEndpoint.start();
    stage = await setStage();
    await writeFile(join(stage.gateway.dir, 'secret'), 's3:cret\n');
    await writeFile(
      stage.gateway.routesFile,
      `introspection: [{ url: '${endpoint.url}', tokenPrefix: out_, clientId: gate, clientSecretFile: secret, audience: api, cacheSeconds: 1 }]\n${DEMO_ROUTES}`,
    );
    const token = issue();
    await until(async () => (await send(token)).status === 200);
  });
  afterAll(async () => {
    await stage.stop();
    await endpoint.stop();
  });

  it('are asked about as the client that was configured, once for as long as an answer is believed', async () => {
    const token = issue({ sub: 'ada', client_id: 'app-1', jti: 'out-1' });
    const before = endpoint.asked;
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(token)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(endpoint.asked - before).toBe(1);
    expect(endpoint.authorization).toBe(`Basic ${Buffer.from('gate:s3%3Acret').toString('base64')}`);
    const { headers } = JSON.parse(answers[0].body) as { headers: string[] };
    expect(headers).toEqual(expect.arrayContaining(['out-1', 'ada', 'app-1']));
  });

  it('are refused soon after they were revoked there', async () => {
    const token = issue();
    expect((await send(token)).status).toBe(200);
    endpoint.answers.delete(token);
    await eventually(async () => expect((await send(token)).code).toBe('token-unknown'));
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['not active', { active: false }, 'token-unknown'],
    ['for another audience', { aud: 'another' }, 'token-audience-mismatch'],
    ['for no audience', { aud: undefined }, 'token-audience-mismatch'],
    ['of another tenant', { [TENANT_CLAIM]: 'acme' }, 'token-audience-mismatch'],
    ['expired', { exp: 1_700_000_000 }, 'token-expired'],
    ['of too little scope', { scope: 'demo:write' }, 'scope-insufficient'],
    ['bound to a key', { cnf: { jkt: 'A'.repeat(43) } }, 'dpop-proof-required'],
    ['bound in an unknown way', { cnf: { kid: 'x' } }, 'token-malformed'],
    ['answered with something else', { active: 'yes' }, 'issuer-unavailable'],
  ])('are refused when they are %s', async (_, answer, code) => {
    expect((await send(issue(answer))).code).toBe(code);
  });

  it('are not asked about when they do not begin as theirs do, or are Gatehouse’s own', async () => {
    const before = endpoint.asked;
    expect((await send('another-token')).code).toBe('token-malformed');
    expect((await send(stage.issuer.issue().token)).status).toBe(200);
    expect(endpoint.asked).toBe(before);
  });

  it('are refused with 503 while nobody can say, and never let through', async () => {
    const token = issue();
    endpoint.down = true;
    expect(await send(token)).toMatchObject({ status: 503, code: 'issuer-unavailable' });
    endpoint.down = false;
    expect((await send(token)).status).toBe(200);
  });

  it('are no longer believed when the configuration no longer names their issuer', async () => {
    const token = issue();
    expect((await send(token)).status).toBe(200);
    await writeFile(stage.gateway.routesFile, DEMO_ROUTES);
    await eventually(async () => expect((await send(token)).code).toBe('token-malformed'));
  });
});
