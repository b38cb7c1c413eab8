import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';
import { ToldUpstream } from './told-upstream.js';

const ROUTES = `
routes:
  - id: users
    path: /users/{id}/*
    upstream: \${UPSTREAM_URL}/base
    scopes: { '*': [] }
    transform:
      request:
        path: /v2/people/{id}/{*}
        query: { remove: [debug], rename: { q: query }, set: { tenant: '{token.tenant}', by: '{id}' } }
        headers:
          remove: [X-Debug, User-Agent]
          rename: { X-Old: X-New }
          set: { X-Api-Version: '2', X-Caller: '{token.id} {client.address} {id}', X-Application: '{token.application}', Authorization: Basic c2VjcmV0 }
          add: { X-Tag: two }
      response:
        headers: { remove: [Server, Set-Cookie], rename: { X-Inner: X-Outer }, set: { Cache-Control: no-store, X-Request: '{request.id}' }, add: { Link: </docs> } }
  - { id: mine, path: /mine, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, transform: { request: { path: '/people/{token.user}' } } }
  - id: bodies
    path: /bodies/{id}
    upstream: \${UPSTREAM_URL}
    scopes: { '*': [] }
    compression: { minBytes: 0 }
    transform:
      request:
        maxBodyBytes: 1000
        body:
          - { op: remove, path: /secret }
          - { op: rename, path: /user/mail, to: email }
          - { op: move, from: /a~1b, path: /nested/ab }
          - { op: set, path: /meta/tenant, value: '{token.tenant}/{id}' }
          - { op: set, path: /tags/-, value: { from: gateway } }
      response:
        maxBodyBytes: 1000
        body: [{ op: remove, path: /password }, { op: set, path: /id, value: '{id}' }]
`;
const json = (body: string, more = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...more },
  body,
});

describe('a route that changes requests and answers', () => {
  let stage: Stage;
  let upstream: ToldUpstream;
  let token: string;
  let tokenId: string;
  const at = (path: string, init: RequestInit = {}) => call(`${stage.gateway.url}${path}`, token, init);
  const answering = (body: string, headers = {}, status = 200) => {
    upstream.answer = { status, headers: { 'content-type': 'application/json', ...headers }, body };
  };

  beforeAll(async () => {
    upstream = await ToldUpstream.start();
    stage = await setStage({ routes: ROUTES, env: { UPSTREAM_URL: upstream.url } });
    ({ token, id: tokenId } = stage.issuer.issue());
  });
  beforeEach(() => {
    upstream.requests.length = 0;
    upstream.answer = { status: 200, headers: {}, body: '' };
  });
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
  });

  describe('on the way to the upstream', () => {
    it('asks for another path with another query', async () => {
      await at('/users/7%20a/orders/8?q=a+b&%64ebug=1&tenant=evil&page=2&q=c');
      expect(upstream.latest.url).toBe(
        '/base/v2/people/7%20a/orders/8?query=a+b&page=2&query=c&tenant=default&by=7%20a',
      );
      await at('/users/a&admin=1/x');
      expect(upstream.latest.url).toBe('/base/v2/people/a&admin=1/x?tenant=default&by=a%26admin%3D1');
    });

    it('says other headers, and no client can say them in its place', async () => {
      const lines = [
        'X-Debug: 1',
        'X_Debug: 1',
        'X-Old: moved',
        'X-New: evil',
        'X_Old: evil',
        'X_Api_Version: evil',
        'X-Caller: evil',
        'X-Application: evil',
        'X-Tag: one',
        'X-Kept: 1',
      ];
      await rawRequest(
        stage.gateway.port,
        `GET /users/7/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`,
      );
      const { headers } = upstream.latest;
      expect(JSON.stringify(headers)).not.toMatch(/evil|debug/i);
      expect(headers).toMatchObject({
        'x-new': 'moved',
        'x-api-version': '2',
        'x-caller': `${tokenId} 127.0.0.1 7`,
        'x-tag': 'one, two',
        'x-kept': '1',
        authorization: 'Basic c2VjcmV0',
        'x-gatehouse-token-id': tokenId,
      });
      expect(headers).not.toHaveProperty('x-application');
      expect(headers).not.toHaveProperty('user-agent');
    });

    it('is refused where the token lacks what the path needs', async () => {
      expect(await at('/mine')).toMatchObject({ status: 403, code: 'token-incomplete' });
      expect(upstream.requests).toEqual([]);
    });

    it('changes a JSON body, to the last digit of what it leaves', async () => {
      const digest = { 'content-digest': 'sha-256=:x:', digest: 'x' };
      const body = '{"secret":1,"user":{"mail":"m"},"a/b":[1.0],"big":12345678901234567890,"tags":["t"]}';
      await at('/bodies/7', json(body, digest));
      const { headers, body: sent } = upstream.latest;
      expect(sent).toBe(
        '{"user":{"email":"m"},"big":12345678901234567890,"tags":["t",{"from":"gateway"}],"nested":{"ab":[1.0]},"meta":{"tenant":"default/7"}}',
      );
      expect(headers['content-length']).toBe(`${sent.length}`);
      expect(Object.keys(headers).filter((name) => name.includes('digest'))).toEqual([]);
      await at('/bodies/7', { ...json(''), body: new Blob([body]).stream(), duplex: 'half' });
      expect(upstream.latest.body).toBe(sent);
      expect(upstream.latest.headers).not.toHaveProperty('transfer-encoding');
    });

    it.each([
      ['json-invalid', '{"a":1,"a":2}', {}],
      ['media-type-unsupported', '{}', { 'content-encoding': 'gzip' }],
      ['body-too-large', `{"a":"${'x'.repeat(1_000)}"}`, {}],
    ])('answers %s to a body that it cannot change', async (code, body, headers) => {
      expect((await at('/bodies/7', json(body, headers))).code).toBe(code);
      expect(upstream.requests).toEqual([]);
    });

    it('leaves other bodies as they are', async () => {
      await at('/bodies/7', {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: '{"secret":1}',
      });
      expect(upstream.latest.body).toBe('{"secret":1}');
      await at('/bodies/7', json('[]'));
      expect(upstream.latest.body).toBe('[]');
    });
  });

  describe('on the way to the client', () => {
    it('says other headers', async () => {
      upstream.answer = {
        status: 200,
        headers: {
          server: 'inner/1',
          'set-cookie': ['a=1', 'b=2'],
          'x-inner': '1',
          'cache-control': 'public',
          link: '</a>',
        },
        body: 'text',
      };
      const { headers, body } = await at('/users/7/x');
      expect([headers.get('server'), headers.getSetCookie(), headers.get('x-inner')]).toEqual([
        null,
        [],
        null,
      ]);
      expect([headers.get('x-outer'), headers.get('cache-control'), headers.get('link'), body]).toEqual([
        '1',
        'no-store',
        '</a>, </docs>',
        'text',
      ]);
      expect(headers.get('x-request')).toBe(headers.get('x-request-id'));
    });

    it('changes a JSON body, and says nothing that held of the old one', async () => {
      answering('{"password":"p","big":12345678901234567890}', { etag: '"1"', 'content-digest': 'x' });
      const changed = await at('/bodies/7', { headers: { range: 'bytes=0-3', 'accept-encoding': 'gzip' } });
      expect(changed.body).toBe('{"big":12345678901234567890,"id":"7"}');
      expect([changed.headers.get('etag'), changed.headers.get('content-digest')]).toEqual([null, null]);
      expect(changed.headers.get('content-encoding')).toBe('gzip');
      expect(upstream.latest.headers).toMatchObject({ 'accept-encoding': 'identity' });
      expect(upstream.latest.headers).not.toHaveProperty('range');
      const head = await at('/bodies/7', { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, null]);
      answering('{"password":"p"}', {}, 500);
      expect((await at('/bodies/7')).body).toBe('{"id":"7"}');
    });

    it.each([
      ['that is no JSON', '{"password":"p"', {}, 200],
      ['that is compressed', 'x', { 'content-encoding': 'gzip' }, 200],
      ['that is a part', '{"pass', { 'content-range': 'bytes 0-5/20' }, 206],
      ['that is too large', `{"password":"${'p'.repeat(2_000)}"}`, {}, 200],
    ])('hands on nothing of an answer %s', async (_, body, headers, status) => {
      answering(body, headers, status);
      const refused = await at('/bodies/7');
      expect(refused).toMatchObject({ status: 502, code: 'answer-not-transformable' });
      expect(refused.body).not.toContain('pass');
    });

    it('leaves other bodies as they are', async () => {
      upstream.answer = {
        status: 200,
        headers: { 'content-type': 'text/plain', etag: '"1"' },
        body: '{"password":1}',
      };
      const { body, headers } = await at('/bodies/7');
      expect([body, headers.get('etag')]).toEqual(['{"password":1}', 'W/"1"']);
      upstream.answer = { status: 204, headers: {}, body: '' };
      expect((await at('/bodies/7')).status).toBe(204);
    });
  });
});
