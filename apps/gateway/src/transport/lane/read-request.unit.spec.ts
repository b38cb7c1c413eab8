import { describe, expect, it } from '@jest/globals';
import { readRequest } from './read-request.js';

const MAX = 16 * 1024;
const read = (text: string) => readRequest(Buffer.from(text, 'latin1'), MAX);
const GET = 'GET /a?b=c HTTP/1.1\r\nHost: x\r\n';

describe('a request for the lane', () => {
  it('is read with its target, headers and body', () => {
    const text = 'POST /a?b=c HTTP/1.1\r\nHost:  x \r\nX-A:\t1\r\nContent-Length: 3\r\n\r\nabcGET /';
    expect(read(text)).toMatchObject({
      method: 'POST',
      target: '/a?b=c',
      block: { rawHeaders: ['Host', 'x', 'X-A', '1', 'Content-Length', '3'], length: 3, closes: false },
      bodyStart: text.indexOf('abc'),
      end: text.indexOf('GET /'),
    });
  });

  it.each([
    ['asks for the end of the connection', `${GET}Connection: close\r\n\r\n`, true],
    ['asks for more of it', `${GET}Connection: keep-alive\r\n\r\n`, false],
  ])('%s', (_, text, closes) => {
    expect(read(text)).toMatchObject({ block: { closes } });
  });

  it('is waited for when the rest of a small body is on its way', () => {
    expect(read(`${GET}Content-Length: 65536\r\n\r\nab`)).toBe('more');
    expect(read(`${GET}Content-Length: 65537\r\n\r\nab`)).toBeUndefined();
  });

  it.each([
    ['half a head', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['another version', 'GET / HTTP/1.0\r\nHost: x\r\n\r\n'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method in lower case', 'get / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['CONNECT', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a target that is no path', 'GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a blank in the target', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a byte above ASCII in the target', 'GET /\xa0 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an empty line in front', '\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a bare line feed', 'GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n'],
    ['a bare carriage return', 'GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n'],
    ['a NUL', 'GET / HTTP/1.1\r\nHost: x\0\r\n\r\n'],
    ['a folded line', 'GET / HTTP/1.1\r\nHost: x\r\n y: z\r\n\r\n'],
    ['a blank before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a line without a colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n'],
    ['a name that is no token', 'GET / HTTP/1.1\r\nHo(st: x\r\n\r\n'],
    ['a chunked body', `${GET}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a transfer coding spelled with care', `${GET}transfer-ENCODING: identity\r\n\r\n`],
    ['two lengths', `${GET}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
    ['a length with a sign', `${GET}Content-Length: +0\r\n\r\n`],
    ['a length with a zero in front', `${GET}Content-Length: 00\r\n\r\n`],
    ['a list of lengths', `${GET}Content-Length: 0, 0\r\n\r\n`],
    ['an upgrade', `${GET}Upgrade: websocket\r\n\r\n`],
    ['an expectation', `${GET}Expect: 100-continue\r\n\r\n`],
    ['connection options', `${GET}Connection: keep-alive, x-a\r\n\r\n`],
  ])('is not one with %s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is not one whose head is larger than is taken', () => {
    const text = `${GET}X: ${'a'.repeat(MAX)}\r\n\r\n`;
    expect(read(text)).toBeUndefined();
    expect(readRequest(Buffer.from(text), 2 * MAX)).toBeDefined();
  });

  it('has headers that nobody else can change', () => {
    const first = read(`${GET}X-B: 1\r\n\r\n`);
    const second = read(`${GET}X-B: 1\r\n\r\n`);
    if (typeof first !== 'object' || typeof second !== 'object') throw new Error('not for the lane');
    const own = first.block.head.copy();
    own.forward.push('x-c', '2');
    expect(second.block.head.forward).toEqual(['X-B', '1']);
    expect(own.forwardLines).toBe('X-B: 1\r\nx-c: 2\r\n');
    expect(second.block.head.forwardLines).toBe('X-B: 1\r\n');
  });
});
