import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { Browser } from './browser.js';
import { CALLBACK, RESOURCE, type Stage, setStage } from './stage.js';

describe('authorization code with PKCE', () => {
  let stage: Stage;
  let config: client.Configuration;
  let application: Awaited<ReturnType<Stage['registerWeb']>>;
  const scope = 'openid email offline_access demo:read';

  beforeAll(async () => {
    stage = await setStage();
    application = await stage.registerWeb();
    config = await client.discovery(
      new URL(stage.url),
      application.id,
      application.clientSecret!,
      undefined,
      {
        execute: [client.allowInsecureRequests],
      },
    );
  });
  afterAll(() => stage.stop());

  /** Goes as far as the browser being sent back to the application. */
  async function authorize(parameters: Record<string, string> = {}, browser = new Browser(stage.url)) {
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope,
      resource: RESOURCE,
      prompt: 'consent',
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    const { url: back } = await browser.signInAndAllow(url, stage.user.email);
    return { back, verifier, state, browser };
  }
  async function signIn(parameters?: Record<string, string>) {
    const { back, verifier, state } = await authorize(parameters);
    return client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state });
  }
  const redeem = (back: URL, verifier: string) =>
    fetch(config.serverMetadata().token_endpoint!, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: application.id,
        client_secret: application.clientSecret!,
        redirect_uri: CALLBACK,
        code: back.searchParams.get('code')!,
        code_verifier: verifier,
      }),
    });

  it('gives a token for the API, an ID token for the application and a refresh token', async () => {
    const tokens = await signIn();
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!));
    const { payload } = await jwtVerify(tokens.access_token, keys, { audience: RESOURCE, typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: stage.user.id, client_id: application.id, scope: 'demo:read' });
    expect(tokens.claims()).toMatchObject({
      sub: stage.user.id,
      aud: application.id,
      email: stage.user.email,
    });
    expect(tokens.refresh_token).toEqual(expect.any(String));
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.find(({ stream_id }) => stream_id === payload.jti)?.data).toMatchObject({
      grantType: 'authorization_code',
      userId: stage.user.id,
      grantId: expect.any(String),
    });
  });

  it('names the issuer in its answer (RFC 9207)', async () => {
    const { back } = await authorize();
    expect(back.searchParams.get('iss')).toBe(stage.url);
  });

  it('without a resource gives an opaque token for userinfo, with its event', async () => {
    const { access_token: token } = await signInWithoutResource();
    expect(() => decodeJwt(token)).toThrow();
    const { email } = await client.fetchUserInfo(config, token, stage.user.id);
    expect(email).toBe(stage.user.email);
    const issued = (await stage.events('access-token.issued.v1')).filter(
      ({ data }) => data.format === 'opaque',
    );
    expect(issued).toHaveLength(1);
  });
  async function signInWithoutResource() {
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const { url: back } = await new Browser(stage.url).signInAndAllow(url, stage.user.email);
    return client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
  }

  it('asks again for nothing that was allowed before', async () => {
    const { browser } = await authorize();
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid demo:read',
      resource: RESOURCE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const { url: back } = await browser.visit(url);
    expect(back.searchParams.get('code')).toEqual(expect.any(String));
  });

  it('takes pushed parameters (RFC 9126)', async () => {
    const verifier = client.randomPKCECodeVerifier();
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: CALLBACK,
      scope: 'openid demo:read',
      resource: RESOURCE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    expect([...url.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
    const { url: back } = await new Browser(stage.url).signInAndAllow(url, stage.user.email);
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
    expect(decodeJwt(tokens.access_token).aud).toBe(RESOURCE);
  });

  it('tells the application when the person says no', async () => {
    const browser = new Browser(stage.url);
    const verifier = client.randomPKCECodeVerifier();
    const page = await browser.visit(
      client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    );
    const { url: back } = await browser.submit(page, {}, 'Cancel');
    expect(back.searchParams.get('error')).toBe('access_denied');
  });

  describe('refuses', () => {
    it.each([
      ['another redirect URI', { redirect_uri: 'https://evil.example/callback' }],
      ['a longer redirect URI', { redirect_uri: `${CALLBACK}/../evil` }],
      [
        'a redirect URI with user information',
        { redirect_uri: 'https://client.example@evil.example/callback' },
      ],
      ['a redirect URI of another case', { redirect_uri: 'https://client.example/CALLBACK' }],
    ])('%s, and sends nobody there', async (_what, parameters) => {
      const page = await new Browser(stage.url).visit(
        client.buildAuthorizationUrl(config, {
          scope,
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
          ...parameters,
        }),
      );
      expect(page.status).toBe(400);
      expect(page.url.origin).toBe(stage.url);
    });

    it.each([
      ['no PKCE', { code_challenge: '', code_challenge_method: '' }],
      ['plain PKCE', { code_challenge_method: 'plain' }],
      ['implicit', { response_type: 'token' }],
      ['hybrid', { response_type: 'code id_token', nonce: 'n' }],
    ])('%s', async (_what, parameters) => {
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope,
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        ...parameters,
      });
      for (const [name, value] of Object.entries(parameters)) if (value === '') url.searchParams.delete(name);
      const { url: back } = await new Browser(stage.url).visit(url);
      const answer = new URLSearchParams(back.search || back.hash.slice(1));
      expect(answer.get('error')).toMatch(
        /^(invalid_request|unsupported_response_type|unauthorized_client)$/,
      );
      expect(answer.get('code') ?? answer.get('access_token')).toBeNull();
    });

    it('the password grant, which is not there', async () => {
      const answer = await client
        .genericGrantRequest(config, 'password', { username: stage.user.email, password: 'x' })
        .catch((error: unknown) => error);
      expect(answer).toMatchObject({ error: 'unsupported_grant_type' });
    });

    it('a code with a wrong or missing verifier, or for another redirect URI', async () => {
      const { back, verifier } = await authorize();
      expect((await redeem(back, client.randomPKCECodeVerifier())).status).toBe(400);
      const without = await redeem(back, '');
      expect(without.status).toBe(400);
      expect((await redeem(back, verifier)).status).toBe(200);
    });

    it('a code of another application', async () => {
      const other = await stage.registerWeb();
      const { back, verifier } = await authorize();
      const answer = await fetch(config.serverMetadata().token_endpoint!, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: other.id,
          client_secret: other.clientSecret!,
          redirect_uri: CALLBACK,
          code: back.searchParams.get('code')!,
          code_verifier: verifier,
        }),
      });
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    });
  });

  it('redeems a code once, of 100 at the same moment, and takes back what a code used twice gave', async () => {
    const { back, verifier } = await authorize();
    const answers = await Promise.all(Array.from({ length: 100 }, () => redeem(back, verifier)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    const lost = answers.filter(({ status }) => status !== 200);
    expect(new Set(lost.map(({ status }) => status))).toEqual(new Set([400]));
    const { access_token: token, refresh_token: refreshToken } = (await won[0].json()) as Record<
      string,
      string
    >;
    const revoked = (await stage.events('token.revoked.v1')).map(({ stream_id }) => stream_id);
    expect(revoked).toContain(decodeJwt(token).jti);
    await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});
