import type { CacheSpec } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { Asking } from './asking.js';

const TOKEN = {
  tokenId: 'tok_1',
  keyId: undefined,
  introspected: undefined,
  userId: '',
  applicationId: 'app_1',
  scope: 'a b',
  scopes: new Set(['a', 'b']),
};

type Token = Omit<typeof TOKEN, 'keyId'> & { keyId: string | undefined };

const asked = (shareBy: CacheSpec['shareBy'], change: Partial<Token> = {}, edition = 1) =>
  new Asking({ tenant: 'acme', route: 'r', shareBy, edition, keyHeader: 'X-Api-Key' }).of({
    exchange: { scheme: 'https', target: '/x?y', head: { host: 'API.example.com' } },
    credential: { ...TOKEN, ...change },
    request: { headers: ['Accept', 'a', 'accept', 'b', 'Cache-Control', 'No-Cache', '__proto__', 'x'] },
  });
const shareOf = (...those: Parameters<typeof asked>) => asked(...those).share;

describe('the key of what is kept', () => {
  it('has the tenant and the target URI', () => {
    expect(asked('none')).toMatchObject({ uri: 'acme https://api.example.com/x?y', target: '/x?y' });
  });

  it('is another one for the same route as it is written anew', () => {
    expect(shareOf('none', {}, 2)).not.toBe(shareOf('none', {}, 1));
  });

  it.each(['none', 'tenant'] as const)('is the same for all tokens: %s', (shareBy) => {
    expect(shareOf(shareBy, { tokenId: 'tok_2', scope: 'c', scopes: new Set('c') })).toBe(shareOf(shareBy));
  });

  it('is the same for the same scopes in any order, and for no others', () => {
    const same = { tokenId: 'tok_2', scopes: new Set(['b', 'a']) };
    expect(shareOf('scopes', same)).toBe(shareOf('scopes'));
    for (const scopes of [['a'], ['a', 'b', 'c']])
      expect(shareOf('scopes', { scopes: new Set(scopes) })).not.toBe(shareOf('scopes'));
  });

  it.each<Partial<Token>>([
    { tokenId: 'tok_2' },
    { keyId: 'another issuer’s' },
    { userId: 'usr_2' },
    { applicationId: 'app_2' },
    { scope: 'a' },
  ])('is each token’s own, and changes with what the upstream is told of it: %j', (change) => {
    expect(shareOf('token', change)).not.toBe(shareOf('token'));
    // What the upstream says to vary by the token, though it does not see it.
    for (const name of ['authorization', 'dpop', 'x-api-key'])
      expect(asked('tenant', change).headers[name]).not.toBe(asked('tenant').headers[name]);
  });

  it('reads several lines of a header as one, and directives whatever their case', () => {
    const { headers } = asked('none');
    expect(headers).toMatchObject({ accept: 'a, b', 'cache-control': 'no-cache' });
    expect(Object.keys(headers)).toContain('__proto__');
  });
});
