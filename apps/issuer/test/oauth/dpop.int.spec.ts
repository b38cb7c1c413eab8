import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, decodeJwt, exportJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

describe('DPoP (RFC 9449)', () => {
  let stage: Stage;
  let pair: Awaited<ReturnType<typeof client.randomDPoPKeyPair>>;
  let thumbprint: string;

  beforeAll(async () => {
    stage = await setStage();
    pair = await client.randomDPoPKeyPair('ES256');
    thumbprint = await calculateJwkThumbprint(await exportJWK(pair.publicKey));
  });
  afterAll(() => stage.stop());

  it('binds a token to the key that proved itself, and says so in the event and to introspection', async () => {
    const config = await configurationOf(stage, await stage.register());
    const DPoP = client.getDPoPHandle(config, pair);
    const answer = await client.clientCredentialsGrant(config, { resource: RESOURCE }, { DPoP });
    expect(answer.token_type).toBe('dpop');
    const { cnf, jti } = decodeJwt(answer.access_token);
    expect(cnf).toEqual({ jkt: thumbprint });
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.find(({ stream_id }) => stream_id === jti)?.data).toMatchObject({ jkt: thumbprint });
    expect(await client.tokenIntrospection(config, answer.access_token)).toMatchObject({
      token_type: 'DPoP',
      cnf: { jkt: thumbprint },
    });
  });

  it('is asked of an application that requires it', async () => {
    const config = await configurationOf(stage, await stage.register({ requiresDpop: true }));
    await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject({ error: 'invalid_grant' });
    await client.clientCredentialsGrant(config, {}, { DPoP: client.getDPoPHandle(config, pair) });
  });

  it('binds the refresh token of a public application: no other key can use it', async () => {
    const config = await configurationOf(stage, await stage.registerWeb({ authentication: 'public' }));
    const DPoP = client.getDPoPHandle(config, pair);
    const tokens = await signIn(stage, config, { dpop: DPoP });
    const stranger = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    await expect(
      client.refreshTokenGrant(config, tokens.refresh_token!, {}, { DPoP: stranger }),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
    const next = await client.refreshTokenGrant(config, tokens.refresh_token!, {}, { DPoP });
    expect(decodeJwt(next.access_token)['cnf']).toEqual({ jkt: thumbprint });
  });

  it('takes a proof once, of 100 at the same moment', async () => {
    const application = await stage.register();
    const endpoint = `${stage.url}/oauth/token`;
    const as = { issuer: stage.url, token_endpoint: endpoint };
    const proof = await proofOf(as, application.id);
    const ask = () =>
      fetch(endpoint, {
        method: 'POST',
        headers: { dpop: proof },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: application.id,
          client_secret: application.clientSecret!,
        }),
      });
    const answers = await Promise.all(Array.from({ length: 100 }, ask));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await ask()).status).toBe(400);
  });

  /** A proof as `oauth4webapi` makes it, taken from the request it would send. */
  async function proofOf(as: oauth.AuthorizationServer, clientId: string): Promise<string> {
    let proof = '';
    await oauth
      .clientCredentialsGrantRequest(as, { client_id: clientId }, oauth.None(), new URLSearchParams(), {
        DPoP: oauth.DPoP({}, pair),
        [oauth.allowInsecureRequests]: true,
        [oauth.customFetch]: (_url, { headers }) => {
          proof = new Headers(headers).get('dpop') ?? '';
          return Promise.resolve(new Response());
        },
      })
      .catch(() => undefined);
    return proof;
  }
});
