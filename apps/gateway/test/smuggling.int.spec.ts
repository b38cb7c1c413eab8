import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

describe('requests that two parsers could read differently', () => {
  let stage: Stage;
  let auth: string;

  beforeAll(async () => {
    stage = await setStage();
    const { token } = stage.issuer.issue({ scopes: ['demo:read', 'demo:write'] });
    auth = `Authorization: Bearer ${token}\r\n`;
    await until(async () => (await call(`${stage.gateway.url}/demo/x`, token)).status === 200);
  });
  afterAll(() => stage.stop());

  const send = (lines: string) => rawRequest(stage.gateway.port, lines.replaceAll('AUTH\r\n', auth));
  const host = 'Host: a\r\n';
  const close = 'Connection: close\r\n';

  it.each([
    ['two Host headers', `GET /demo/x HTTP/1.1\r\n${host}Host: b\r\nAUTH\r\n${close}\r\n`],
    ['no Host header', `GET /demo/x HTTP/1.1\r\nAUTH\r\n${close}\r\n`],
    ['a Host that is no host', `GET /demo/x HTTP/1.1\r\nHost: a/b\r\nAUTH\r\n${close}\r\n`],
    ['two Authorization headers', `GET /demo/x HTTP/1.1\r\n${host}AUTH\r\nAUTH\r\n${close}\r\n`],
    ['an absolute-form target', `GET http://b/demo/x HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['an asterisk target', `OPTIONS * HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['a dot segment', `GET /demo/../admin HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['an encoded dot segment', `GET /demo/%2e%2E/admin HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['a half-encoded dot segment', `GET /demo/.%2e/admin HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['a dot segment with a parameter', `GET /demo/..;x/admin HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['an encoded slash', `GET /demo%2Fadmin HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['an encoded backslash', `GET /demo/%5Cadmin HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['a backslash', `GET /demo\\admin HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['a NUL', `GET /demo/%00 HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['a broken escape', `GET /demo/%zz HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['a fragment', `GET /demo/x#y HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`],
    ['chunked on HTTP/1.0', `POST /demo/x HTTP/1.0\r\nAUTH\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    [
      'another transfer coding',
      `POST /demo/x HTTP/1.1\r\n${host}AUTH\r\nTransfer-Encoding: gzip, chunked\r\n${close}\r\n0\r\n\r\n`,
    ],
    [
      'both framings',
      `POST /demo/x HTTP/1.1\r\n${host}AUTH\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'two lengths',
      `POST /demo/x HTTP/1.1\r\n${host}AUTH\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
    ],
    ['a folded header', `GET /demo/x HTTP/1.1\r\n${host}X-A: b\r\n c\r\nAUTH\r\n${close}\r\n`],
    ['a space before the colon', `GET /demo/x HTTP/1.1\r\n${host}Content-Length : 5\r\nAUTH\r\n${close}\r\n`],
    ['an upgrade', `GET /demo/x HTTP/1.1\r\n${host}AUTH\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n`],
    ['a tunnel', `CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\nAUTH\r\n\r\n`],
    [
      'another expectation',
      `POST /demo/x HTTP/1.1\r\n${host}AUTH\r\nExpect: 200-ok\r\n${close}Content-Length: 0\r\n\r\n`,
    ],
    ['headers without end', `GET /demo/x HTTP/1.1\r\n${host}AUTH\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`],
    ['headers without number', `GET /demo/x HTTP/1.1\r\n${host}AUTH\r\n${'a:b\r\n'.repeat(201)}${close}\r\n`],
  ])('are refused: %s', async (_, lines) => {
    const answer = await send(lines);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"request-malformed"');
    expect(answer.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
  });

  it('serves two requests on one connection, and nothing that hides in a body', async () => {
    const hidden = `GET /demo/hidden HTTP/1.1\r\n${host}AUTH\r\n\r\n`;
    const body = hidden.replaceAll('AUTH\r\n', auth);
    const answer = await send(
      `POST /demo/first HTTP/1.1\r\n${host}AUTH\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
        `GET /demo/second HTTP/1.1\r\n${host}AUTH\r\n${close}\r\n`,
    );
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(answer).toContain('"url":"/first"');
    expect(answer).toContain('"url":"/second"');
    expect(answer).not.toContain('"url":"/hidden"');
  });

  it('does not serve what follows the body of a refused request', async () => {
    const answer = await send(
      `POST /nowhere HTTP/1.1\r\n${host}Content-Length: 10\r\n\r\nGET /demo/x HTTP/1.1\r\n${host}AUTH\r\n\r\n`,
    );
    expect(answer.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
  });

  it('ends a connection whose headers do not come', async () => {
    expect(await rawRequest(stage.gateway.port, `GET /demo/x HTTP/1.1\r\n${host}`)).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });
});
