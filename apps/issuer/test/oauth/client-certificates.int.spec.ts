import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { type Authority, type Certificate, newAuthority, selfSigned } from './certificates.js';
import { signIn } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

const thumbprintOf = ({ der }: Certificate) => createHash('sha256').update(der).digest('base64url');

const grant = (config: client.Configuration) => client.clientCredentialsGrant(config, { resource: RESOURCE });

describe('mutual TLS (RFC 8705)', () => {
  let stage: Stage;
  let authority: Authority;
  let leaf: Certificate;

  beforeAll(async () => {
    authority = await newAuthority();
    leaf = await authority.issue('CN=batch', [{ type: 'dns', value: 'batch.example' }]);
    stage = await setStage({
      CLIENT_CERTIFICATE_HEADER: 'client-cert',
      TRUSTED_PROXIES: '127.0.0.1',
      CLIENT_CA: authority.pem,
    });
  });
  afterAll(() => stage.stop());

  /** An application behind the proxy that ends TLS and tells of its certificate. */
  async function behindProxy(
    { id, clientSecret }: { id: string; clientSecret: string | null },
    certificate: Certificate | undefined,
    authentication?: client.ClientAuth,
  ) {
    const config = await client.discovery(new URL(stage.url), id, clientSecret ?? undefined, authentication, {
      execute: [client.allowInsecureRequests],
    });
    config[client.customFetch] = (url, options) =>
      fetch(url, {
        ...options,
        headers: { ...options.headers, ...(certificate ? { 'client-cert': certificate.header } : {}) },
      });
    return config;
  }
  const certificate = { kind: 'san_dns', value: 'batch.example' } as const;
  const invalidClient = { error: 'invalid_client' };

  it('knows an application by the name an authority put into its certificate', async () => {
    const application = await stage.register({ proof: { method: 'tls_client_auth', certificate } });
    const as = (shown?: Certificate) => behindProxy(application, shown, client.TlsClientAuth());
    await expect(grant(await as(leaf))).resolves.toMatchObject({ token_type: 'bearer' });
    const other = await authority.issue('CN=other', [{ type: 'dns', value: 'other.example' }]);
    const impostor = await (await newAuthority()).issue('CN=batch', [
      { type: 'dns', value: 'batch.example' },
    ]);
    for (const wrong of [other, impostor, await selfSigned(), undefined])
      await expect(grant(await as(wrong))).rejects.toMatchObject(invalidClient);
  });

  it('knows an application by the very certificate it registered', async () => {
    const own = await selfSigned();
    const jwks = { keys: [own.jwk as never] };
    const application = await stage.register({ proof: { method: 'self_signed_tls_client_auth', jwks } });
    const as = (shown?: Certificate) => behindProxy(application, shown, client.TlsClientAuth());
    await expect(grant(await as(own))).resolves.toMatchObject({ token_type: 'bearer' });
    for (const wrong of [leaf, await selfSigned(), undefined])
      await expect(grant(await as(wrong))).rejects.toMatchObject(invalidClient);
  });

  it('binds tokens to the certificate, and says so in token, event and introspection', async () => {
    const application = await stage.register({ certificateBoundTokens: true });
    const config = await behindProxy(application, leaf);
    expect(config.serverMetadata().tls_client_certificate_bound_access_tokens).toBe(true);
    const { access_token: token } = await grant(config);
    const cnf = { 'x5t#S256': thumbprintOf(leaf) };
    expect(decodeJwt(token)['cnf']).toEqual(cnf);
    expect(await client.tokenIntrospection(config, token)).toMatchObject({ cnf, token_type: 'Bearer' });
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.at(-1)?.data).toMatchObject({ certificateThumbprint: thumbprintOf(leaf), jkt: null });
  });

  it('gives a bound application no unbound token', async () => {
    const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange' as const;
    const grantTypes = ['client_credentials' as const, exchange];
    const application = await stage.register({ certificateBoundTokens: true, grantTypes });
    await expect(grant(await behindProxy(application, undefined))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const { token } = (await stage.call('POST', '/v1/tokens', { name: 'CI', scopes: ['demo:read'] })).body;
    const exchanged = client.genericGrantRequest(await behindProxy(application, leaf), exchange, {
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
    await expect(exchanged).rejects.toMatchObject({ error: 'unauthorized_client' });
  });

  it('lets nobody else use what a person allowed: userinfo and refresh ask for the same certificate', async () => {
    const application = await stage.registerWeb({ authentication: 'public', certificateBoundTokens: true });
    const mine = await behindProxy(application, leaf, client.None());
    const theirs = await behindProxy(application, await selfSigned(), client.None());
    const tokens = await signIn(stage, mine, { resource: null, scope: 'openid offline_access' });
    const userinfo = (config: client.Configuration) =>
      client.fetchUserInfo(config, tokens.access_token, stage.user.id);
    await expect(userinfo(theirs)).rejects.toThrow();
    await expect(userinfo(mine)).resolves.toMatchObject({ sub: stage.user.id });
    await expect(client.refreshTokenGrant(theirs, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(client.refreshTokenGrant(mine, tokens.refresh_token!)).resolves.toMatchObject({
      token_type: 'bearer',
    });
  });
});
