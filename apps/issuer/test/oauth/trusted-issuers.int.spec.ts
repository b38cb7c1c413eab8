import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OutsideIssuer, startOutsideIssuer } from './outside-issuer.js';
import { JWT_BEARER, setWorkloadStage, type WorkloadStage } from './workload-stage.js';

describe('trusted issuers', () => {
  let stage: WorkloadStage;

  beforeAll(async () => {
    stage = await setWorkloadStage();
  });
  afterAll(() => stage.stop());

  it('takes the issuer’s next key, and asks for unknown ones no more than once in a while', async () => {
    const next = await startOutsideIssuer();
    await stage.trust({
      issuer: next.url,
      keys: { jwksUri: next.jwksUri },
      conditions: [{ claim: '/sub', matches: 'x' }],
    });
    const ask = async () => stage.bearer(await next.sign({ aud: stage.url, sub: 'x' }));
    const unknown = async (kid: string) =>
      stage.bearer(await next.sign({ aud: stage.url, sub: 'x' }, { kid }));
    await ask();
    for (const kid of ['a', 'b', 'c', 'd'])
      await expect(unknown(kid)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(next.fetches()).toBe(1);
    await next.stop();
  });

  it.each<[string, Parameters<OutsideIssuer['answerWith']>[0]]>([
    ['redirect', (response) => response.writeHead(302, { location: stage.outside.jwksUri }).end()],
    ['answer with an error', (response) => response.writeHead(500).end()],
    ['are too many bytes', (response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
    ['are no JSON', (response) => response.end('<html>')],
  ])('waits for keys that %s, and asks once', async (_what, answer) => {
    const broken = await startOutsideIssuer();
    broken.answerWith(answer);
    const id = await stage.trust({
      issuer: broken.url,
      keys: { jwksUri: broken.jwksUri },
      conditions: [{ claim: '/sub', matches: 'x' }],
    });
    const body = new URLSearchParams({
      grant_type: JWT_BEARER,
      client_id: stage.application.id,
      assertion: await broken.sign({ aud: stage.url, sub: 'x' }),
    });
    for (let attempt = 0; attempt < 3; attempt++)
      expect((await fetch(`${stage.url}/oauth/token`, { method: 'POST', body })).status).toBe(503);
    expect(broken.fetches()).toBe(1);
    await stage.call('POST', `/v1/trusted-issuers/${id}/distrust`, { reason: 'test' });
    await broken.stop();
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'keys on the way to which anybody can change them',
      { keys: { jwksUri: 'http://ci.example/jwks' } },
      'keys.jwksUri',
    ],
    ['the metadata service', { keys: { jwksUri: 'https://169.254.169.254/jwks' } }, 'keys.jwksUri'],
    [
      'the metadata service in other words',
      { keys: { jwksUri: 'https://[::ffff:169.254.169.254]/' } },
      'keys.jwksUri',
    ],
    ['user information', { keys: { jwksUri: 'https://a:b@ci.example/jwks' } }, 'keys.jwksUri'],
    ['no condition', { conditions: [] }, 'conditions'],
    ['a condition that is none', { conditions: [{ claim: '/sub', matches: '*' }] }, 'conditions.0.matches'],
    ['a scope the application has not', { scopes: ['demo:delete'] }, 'scopes'],
    ['tokens for a day', { maxTtlSeconds: 86_400 }, 'maxTtlSeconds'],
    [
      'a point off its curve',
      { keys: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }] } } },
      'keys.jwks.keys.0',
    ],
  ])('does not trust an issuer with %s', async (_what, more, field) => {
    const { status, body } = await stage.call('POST', '/v1/trusted-issuers', stage.terms(more));
    expect([status, body.errors?.[0]?.field]).toEqual([400, expect.stringContaining(field.split('.')[0])]);
  });

  it('does not trust an issuer for an application of another tenant, or of another grant', async () => {
    const unknown = { applicationId: `app_${'0'.repeat(32)}` };
    expect((await stage.call('POST', '/v1/trusted-issuers', stage.terms(unknown))).status).toBe(404);
    const machine = await stage.register();
    const { status, body } = await stage.call(
      'POST',
      '/v1/trusted-issuers',
      stage.terms({ applicationId: machine.id }),
    );
    expect([status, body.errors[0].field]).toEqual([400, 'applicationId']);
  });
});
