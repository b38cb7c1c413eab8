import { formatOpaqueToken } from '@gatehouse/kernel';
import { describe, expect, it } from '@jest/globals';
import { hasTokenInQuery, hasTokenValue, targetFlaw, withoutSecrets } from './request-target.js';

const flawOf = (target: string) => targetFlaw(target, target.split('?', 1)[0]);

describe('targetFlaw', () => {
  it.each([
    '/',
    '/a/b',
    '//favicon.ico',
    '/a/.well-known/x',
    '/a/...',
    '/a/..b',
    '/.a',
    '/a%20b',
    '/a%2eb',
    '/100%25',
    '/a;v=1/b',
    "/~a/(b)/*'!",
    '/x?width=100%&height=100%',
    '/x?path=../../etc',
    '/x?u=http%3A%2F%2Fa%2Fb%5C',
  ])('finds nothing wrong with %s', (target) => {
    expect(flawOf(target)).toBeUndefined();
  });

  it.each([
    '',
    '*',
    'a/b',
    'http://a/b',
    '/..',
    '/a/..',
    '/a/./b',
    '/a/../b',
    '/%2e%2e/b',
    '/a/%2E./b',
    '/a/..;/b',
    '/a/.%2e;x=1/b',
    '/a%2fb',
    '/a%5cb',
    '/a%00',
    '/a\\b',
    '/a#b',
    '/a%',
    '/a%g0',
    '/a b',
    '/é',
    '/x?a=é',
    '/x?a#b',
  ])('refuses %j', (target) => {
    expect(flawOf(target)).toBeDefined();
  });
});

describe('hasTokenInQuery', () => {
  it.each([
    'access_token=x',
    'a=1&access_token=x',
    'ACCESS_TOKEN=x',
    'access%5Ftoken=x',
    '%61ccess_token',
    'a&access_token',
  ])('sees the token in %s', (query) => expect(hasTokenInQuery(query)).toBe(true));

  it.each(['', 'a=1', 'token=x', 'my_access_token=x', 'a=access_token', 'a=%zz'])(
    'sees none in %j',
    (query) => expect(hasTokenInQuery(query)).toBe(false),
  );
});

describe('hasTokenValue', () => {
  it('sees a token of ours and a JWT under any name, and nothing else', () => {
    const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.AA';
    expect([`key=${formatOpaqueToken('gh', 'test')}`, `a=1&jwt=${jwt}`, jwt].map(hasTokenValue)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['', 'a=b', 'token=x', 'jwt=eyJ.a.b'].some(hasTokenValue)).toBe(false);
  });
});

describe('withoutSecrets', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['/a?b=secret&c=&d', '/a?b=&c=&d'],
    ['/a?b=x=y?z', '/a?b='],
    [`/a?${'s'.repeat(60)}`, '/a?…'],
    ['http://h/p?q=1#f', 'http://h/p?q='],
    [`/bot/${formatOpaqueToken('gh', 'live')}/send?a=1`, '/bot/…/send?a='],
    ['/by/eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl/x', '/by/…/x'],
    [`/files/${'a_b-'.repeat(20)}.pdf`, `/files/${'a_b-'.repeat(20)}.pdf`],
  ])('makes %j into %j', (url, expected) => {
    expect(withoutSecrets(url)).toBe(expected);
  });
});
