import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import * as client from 'openid-client';
import { SigningKeys } from '../../src/keys/signing-keys.js';
import { TOKEN_EXCHANGE } from '../../src/oauth/provider/grant-types.js';
import { codeOf, type MemberStage, plain, scope, setMemberStage } from './member-stage.js';
import { configurationOf, signIn } from './signed-in.js';

let stage: MemberStage;
let as: MemberStage['as'];
beforeAll(async () => {
  stage = await setMemberStage();
  ({ as } = stage);
});
afterAll(() => stage.stop());

describe('an access token for the management API', () => {
  it('is an application’s own too, with what it was registered for', async () => {
    const own = await configurationOf(
      stage,
      await stage.register({ resources: [stage.api], scopes: ['tokens:read'] }),
    );
    const { access_token } = await client.clientCredentialsGrant(own, {
      resource: stage.api,
      scope: 'tokens:read',
    });
    expect((await as(access_token, 'GET', '/v1/tokens')).status).toBe(200);
    expect(codeOf(await as(access_token, 'POST', '/v1/tokens', plain))).toEqual([403, 'scope-insufficient']);
  });

  it('that is good for one request is taken once', async () => {
    const narrow = { resources: [stage.api], scopes: ['tokens:read'] };
    const own = await configurationOf(
      stage,
      await stage.register({ ...narrow, grantTypes: [TOKEN_EXCHANGE] }),
    );
    const { body } = await stage.call('POST', '/v1/tokens', { name: 'x', scopes: ['tokens:read'] });
    const { access_token: once } = await client.genericGrantRequest(own, TOKEN_EXCHANGE, {
      subject_token: body.token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: stage.api,
      single_use: 'true',
    });
    const answers = await Promise.all([1, 2, 3].map(() => as(once, 'GET', '/v1/tokens')));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401]);
    expect(await stage.refusalOf(once)).toEqual([401, 'token-consumed']);
  });

  it('is refused when it is for another API, changed, or bound to a key', async () => {
    const { access_token: other } = await signIn(stage, stage.config, { scope: 'openid demo:read' });
    expect(await stage.refusalOf(other)).toEqual([401, 'token-audience-mismatch']);
    const { access_token: token } = await stage.consoleTokens();
    const [head, , signature] = token.split('.');
    const mighty = btoa(JSON.stringify({ ...decodeJwt(token), scope: 'keys:write' })).replace(/=+$/, '');
    const forged = `${head}.${mighty}.${signature}`;
    expect(codeOf(await as(forged, 'GET', '/v1/keys'))).toEqual([401, 'token-signature-invalid']);
    const dpop = client.getDPoPHandle(stage.config, await client.randomDPoPKeyPair('ES256'));
    const { access_token: bound } = await signIn(stage, stage.config, { scope, resource: stage.api, dpop });
    expect(await stage.refusalOf(bound)).toEqual([401, 'dpop-proof-required']);
  });

  it('is refused once it has expired, and when no event ever said that it was issued', async () => {
    const { keyId, privateJwk } = stage.get(SigningKeys).signer('ES256')!;
    const key = await importJWK(privateJwk!, 'ES256');
    const signed = (jti: string, exp: number) =>
      new SignJWT({ client_id: 'app', scope: 'tokens:read', jti, exp })
        .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'at+jwt' })
        .setIssuer(stage.url)
        .setAudience(stage.api)
        .sign(key);
    const now = Math.floor(Date.now() / 1000);
    const { jti = '' } = decodeJwt((await stage.consoleTokens()).access_token);
    expect(await stage.refusalOf(await signed(jti, now - 1))).toEqual([401, 'token-expired']);
    expect(await stage.refusalOf(await signed(`tok_${'0'.repeat(32)}`, now + 60))).toEqual([
      401,
      'token-unknown',
    ]);
  });
});
