import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { Browser } from './browser.js';
import { configurationOf } from './signed-in.js';
import { CALLBACK, type Stage, setStage } from './stage.js';

const LOOPBACK = 'http://127.0.0.1/callback';

describe('the authorization endpoint', () => {
  let stage: Stage;
  let web: client.Configuration;
  let native: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    web = await configurationOf(stage, await stage.registerWeb());
    native = await configurationOf(
      stage,
      await stage.registerWeb({ authentication: 'public', redirectUris: [LOOPBACK] }),
    );
  });
  afterAll(() => stage.stop());

  const verifier = client.randomPKCECodeVerifier();
  async function ask(config: client.Configuration, parameters: Record<string, string | undefined>) {
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    for (const [name, value] of Object.entries(parameters))
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    return url;
  }
  const visit = async (url: URL) => new Browser(stage.url).visit(url);

  describe('compares redirect URIs character by character (RFC 9700 §4.1.3), and sends nobody to', () => {
    it.each([
      'https://client.example/callback/',
      'https://client.example//callback',
      'https://client.example/callback/../callback',
      'https://client.example/callback/..%2f..%2fevil',
      'https://client.example/x/../callback',
      'https://client.example/callback?',
      'https://client.example/callback?next=https://evil.example',
      'https://client.example/callback#',
      'https://client.example/callback#x',
      'https://client.example/callback;x',
      'https://client.example/CALLBACK',
      'https://client.example/%63allback',
      'https://client.example/callback%00',
      'https://client.example/callback%0d%0aset-cookie:a=b',
      'https://client.example/callback ',
      ' https://client.example/callback',
      'https://client.example/call\tback',
      'https://client.example:443/callback',
      'https://client.example:8443/callback',
      'https://client.example./callback',
      'https://CLIENT.example/callback',
      'HTTPS://client.example/callback',
      'http://client.example/callback',
      'https://www.client.example/callback',
      'https://client.example.evil.example/callback',
      'https://client.example@evil.example/callback',
      'https://client.example:x@evil.example/callback',
      'https://evil.example\\@client.example/callback',
      'https://client.example\\.evil.example/callback',
      'https://evil.example/https://client.example/callback',
      'https://evil.example#@client.example/callback',
      'https://сlient.example/callback', // the first letter is Cyrillic
      '//client.example/callback',
      '/callback',
      'javascript://client.example/callback%0aalert(1)',
      'data:text/html,https://client.example/callback',
      'com.example.app:/callback',
    ])('%j', async (uri) => {
      const page = await visit(await ask(web, { redirect_uri: uri }));
      expect([page.status, page.url.origin]).toEqual([400, stage.url]);
    });

    it.each([
      'http://localhost/callback',
      'http://[::1]/callback',
      'http://127.0.0.2/callback',
      'https://127.0.0.1/callback',
      'http://127.0.0.1:80@evil.example/callback',
      'http://127.0.0.1.evil.example/callback',
      'http://127.0.0.1:4000/callback/x',
      'http://127.0.0.1:/callback?x',
      'http://2130706433/callback',
      'http://127.1/callback',
    ])('%j, where any port of 127.0.0.1 is good (RFC 8252 §7.3)', async (uri) => {
      const page = await visit(await ask(native, { redirect_uri: uri }));
      expect([page.status, page.url.origin]).toEqual([400, stage.url]);
    });

    it('a second address beside the registered one', async () => {
      const evil = 'https://evil.example/callback';
      for (const uris of [
        [CALLBACK, evil],
        [evil, CALLBACK],
      ]) {
        const url = await ask(web, { redirect_uri: undefined });
        for (const uri of uris) url.searchParams.append('redirect_uri', uri);
        const { url: at } = await visit(url);
        expect(at.host).not.toBe('evil.example');
        expect(at.searchParams.has('code')).toBe(false);
      }
    });

    it('and knows the registered ones', async () => {
      expect((await visit(await ask(web, {}))).status).toBe(200);
      const anyPort = { redirect_uri: 'http://127.0.0.1:51004/callback' };
      expect((await visit(await ask(native, anyPort))).status).toBe(200);
    });
  });

  describe('gives no code without S256 (RFC 9700 §2.1.1):', () => {
    it.each([
      ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
      ['a method without a challenge', { code_challenge: undefined }],
      ['a challenge whose method is plain by default', { code_challenge_method: undefined }],
      ['plain', { code_challenge_method: 'plain' }],
      ['s256, in small letters', { code_challenge_method: 's256' }],
      ['an empty challenge', { code_challenge: '' }],
      ['a short challenge', { code_challenge: 'x'.repeat(42) }],
      ['a long challenge', { code_challenge: 'x'.repeat(129) }],
      ['a challenge of other characters', { code_challenge: `${'x'.repeat(42)}=` }],
    ])('%s', async (_what, parameters: Record<string, string | undefined>) => {
      for (const config of [web, native]) {
        const redirectUri = config === native ? LOOPBACK : CALLBACK;
        const { url: back } = await visit(await ask(config, { redirect_uri: redirectUri, ...parameters }));
        expect(back.href.startsWith(redirectUri)).toBe(true);
        expect(back.searchParams.get('error')).toBe('invalid_request');
        expect(back.searchParams.get('iss')).toBe(stage.url);
        expect(back.searchParams.has('code')).toBe(false);
      }
    });
  });

  it('takes no verifier that only equals the challenge, or is too short, for the one that was hashed', async () => {
    const challenge = await client.calculatePKCECodeChallenge(verifier);
    const browser = new Browser(stage.url);
    for (const presented of [challenge, verifier.slice(0, 42), `${verifier}x`]) {
      const { url: back } = await browser.signInAndAllow(await ask(web, {}), stage.user.email);
      const redeemed = client.authorizationCodeGrant(web, back, { pkceCodeVerifier: presented });
      await expect(redeemed).rejects.toMatchObject({ error: expect.stringMatching(/^invalid_/) });
    }
  });

  it('reads no request object, and fetches none (RFC 9101 is off)', async () => {
    for (const parameters of [
      { request: 'eyJhbGciOiJub25lIn0.e30.' },
      { request_uri: 'https://evil.example/request' },
    ]) {
      const { url: back } = await visit(await ask(web, parameters));
      expect(back.searchParams.get('error')).toMatch(
        /^(request|request_uri)_not_supported$|^invalid_request/,
      );
      expect(back.searchParams.has('code')).toBe(false);
    }
  });
});
