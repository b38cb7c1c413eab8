import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { AnswerHead } from './answer-head.js';
import { AnswerMalformed } from './answer-malformed.js';
import { AnswerReader } from './answer-reader.js';

/** What a reader says of some bytes. */
class Said {
  readonly reader = new AnswerReader(this);
  status = 0;
  headers: IncomingHttpHeaders = {};
  keepsAlive = false;
  body = '';
  ended: { trailers: IncomingHttpHeaders; isLast: boolean } | undefined;

  constructor(method = 'GET') {
    this.reader.expect(method);
  }

  head({ status, headers, keepsAlive }: AnswerHead): void {
    Object.assign(this, { status, headers, keepsAlive });
  }

  data(chunk: Buffer): void {
    this.body += chunk.toString('latin1');
  }

  end(trailers: IncomingHttpHeaders, isLast: boolean): void {
    this.ended = { trailers, isLast };
  }

  /** Says it in pieces of so many bytes. */
  hear(text: string, size = text.length): this {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; at += size) this.reader.take(bytes.subarray(at, at + size));
    return this;
  }
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\nTrailer: x\r\n\r\n`;

describe('an answer', () => {
  it.each([
    ['of a length', `${OK}Content-Length: 5\r\nX-A: b\r\n\r\nhello`, 'hello', {}],
    ['of no length at all', `${OK}Content-Length: 0\r\n\r\n`, '', {}],
    ['in chunks', `${CHUNKED}2\r\nhe\r\n3;a="b"\r\nllo\r\n0\r\n\r\n`, 'hello', {}],
    ['in chunks, with trailers', `${CHUNKED}5\r\nhello\r\n0\r\nX: y\r\n\r\n`, 'hello', { x: 'y' }],
    [
      'after others that inform',
      `HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${OK}Content-Length: 1\r\n\r\nx`,
      'x',
      {},
    ],
  ])('%s is read alike in pieces of any size', (_, text, body, trailers) => {
    for (let size = 1; size <= text.length; size++) {
      const said = new Said().hear(text, size);
      expect(said).toMatchObject({ status: 200, body, ended: { trailers, isLast: true } });
    }
  });

  it.each([
    ['HEAD', `${OK}Content-Length: 5\r\n\r\n`, 'HEAD'],
    ['204', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', 'GET'],
    ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 'GET'],
  ])('to or of %s has no body', (_, text, method) => {
    expect(new Said(method).hear(text)).toMatchObject({ body: '', ended: { isLast: true } });
  });

  it('without a length ends with its connection', () => {
    const said = new Said().hear(`${OK}\r\nhello`);
    expect(said).toMatchObject({ body: 'hello', ended: undefined, keepsAlive: false });
    expect(said.reader.close()).toBe(true);
    expect(said.ended).toBeDefined();
  });

  it('that breaks off is not whole', () => {
    for (const text of ['', OK, `${OK}Content-Length: 5\r\n\r\nhel`, `${CHUNKED}5\r\nhello\r\n0\r\n`])
      expect(new Said().hear(text).reader.close()).toBe(false);
  });

  it('says when something came behind it that nobody asked for', () => {
    expect(new Said().hear(`${OK}Content-Length: 1\r\n\r\nxHTTP/1.1`)).toMatchObject({
      body: 'x',
      ended: { isLast: false },
    });
    expect(new Said().hear(`${CHUNKED}0\r\n\r\nx`)).toMatchObject({ body: '', ended: { isLast: false } });
  });

  it.each([
    ['', true],
    ['Connection: keep-alive\r\n', true],
    ['Connection: close\r\n', false],
    ['Connection: x-a, Close\r\n', false],
    ['Connection: x-a\r\nConnection: close\r\n', false],
  ])('with "%s" leaves the connection usable: %p', (line, keepsAlive) => {
    expect(new Said().hear(`${OK}${line}Content-Length: 0\r\n\r\n`)).toMatchObject({ keepsAlive });
  });

  it('of HTTP/1.0 ends its connection unless it says otherwise', () => {
    expect(new Said().hear('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n').keepsAlive).toBe(false);
    const text = 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n';
    expect(new Said().hear(text).keepsAlive).toBe(true);
  });

  it('keeps all values of a header that came more than once', () => {
    const said = new Said().hear(`${OK}Set-Cookie: a\r\nset-cookie: b\r\nContent-Length: 0\r\n\r\n`);
    expect(said.headers).toMatchObject({ 'set-cookie': ['a', 'b'] });
  });

  it.each([
    ['no status line', 'hello\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'],
    ['a line without a colon', `${OK}hello\r\n\r\n`],
    ['a folded line', `${OK}A: b\r\n c\r\n\r\n`],
    ['a blank before the colon', `${OK}A : b\r\n\r\n`],
    ['a bare line feed', `${OK}A: b\nC: d\r\n\r\n`],
    ['a NUL', `${OK}A: \0\r\n\r\n`],
    ['two lengths', `${OK}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx`],
    ['a length that is none', `${OK}Content-Length: 0x1\r\n\r\nx`],
    [
      'a length and chunks',
      `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
    ],
    ['a coding it does not know', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a chunk without a size', `${CHUNKED}\r\nx\r\n`],
    ['a chunk of a size with a sign', `${CHUNKED}-1\r\nx\r\n`],
    ['a chunk that is longer than it says', `${CHUNKED}1\r\nxy\r\n`],
    ['a head without an end', `${OK}A: ${'b'.repeat(70_000)}`],
  ])('with %s is not read', (_, text) => {
    expect(() => new Said().hear(text)).toThrow(AnswerMalformed);
  });
});
