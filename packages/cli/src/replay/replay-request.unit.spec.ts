import { describe, expect, it } from '@jest/globals';
import { replayRequest } from './replay-request.js';

const entry = {
  client: '192.0.2.1',
  atMs: 0,
  method: 'GET',
  target: '/',
  status: 404,
  bytes: 12,
  referrer: '',
  userAgent: '',
};
const pathOf = (target: string) => replayRequest({ ...entry, target }, 't').path;

describe('replayRequest', () => {
  it('carries the client, the agent, the referrer and the logged answer', () => {
    const logged = { ...entry, referrer: 'http://r/', userAgent: 'curl' };
    expect(replayRequest(logged, 'secret').headers).toEqual({
      authorization: 'Bearer secret',
      'x-forwarded-for': '192.0.2.1',
      'x-replay-status': '404',
      'x-replay-bytes': '12',
      'user-agent': 'curl',
      referer: 'http://r/',
    });
  });

  it.each([
    '//favicon.ico',
    '/misc/nmh//%22file://$file/%22',
    '/demo?width=100%&a[]=1',
    '/~psionic/x;y?q=Feed%3A+a%2Fb',
  ])('leaves %s as it was logged', (target) => {
    expect(pathOf(target)).toBe(`/replay${target}`);
  });

  it('re-encodes only what HTTP forbids', () => {
    expect(pathOf('/a b"c#d')).toBe('/replay/a%20b%22c%23d');
    expect(pathOf('/\u00c3\u00a4\u0001')).toBe('/replay/%C3%A4%01');
  });

  it('takes the path of an absolute target', () => {
    expect(pathOf('http://example.com/x?y')).toBe('/replay/x?y');
    expect(pathOf('*')).toBe('/replay/*');
  });

  it('leaves out a client that is a name, and what may not stand in a header', () => {
    const { headers } = replayRequest({ ...entry, client: 'host.example', userAgent: 'a\r\nx: y' }, 't');
    expect(headers).not.toHaveProperty('x-forwarded-for');
    expect(headers['user-agent']).toBe('a??x: y');
  });
});
