import type { ScopeNeed } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { Requirements } from './requirement.js';

const isMet = (need: ScopeNeed, held: string[], path = '/users/7', pattern = '/users/{id}'): boolean =>
  new Requirements({ scopes: { GET: need }, methods: undefined, path: pattern })
    .of('GET')!
    .isMetBy(new Set(held), path);

describe('what a method asks for', () => {
  it('is all of a list, or any of it where the route says so', () => {
    expect(isMet(['a', 'b'], ['a', 'b', 'c'])).toBe(true);
    expect(isMet(['a', 'b'], ['a'])).toBe(false);
    expect(isMet({ any: ['a', 'b'] }, ['b'])).toBe(true);
    expect(isMet({ any: ['a', 'b'] }, ['c'])).toBe(false);
    expect(isMet([], [])).toBe(true);
  });

  it('may be the scope of the very thing in the path', () => {
    expect(isMet(['user:{id}'], ['user:7'])).toBe(true);
    expect(isMet(['user:{id}'], ['user:7'], '/users/8')).toBe(false);
    expect(isMet({ any: ['users:admin', 'user:{id}'] }, ['users:admin'], '/users/8')).toBe(true);
    expect(isMet(['{org}:user:{id}'], ['acme:user:7'], '/acme/users/7', '/{org}/users/{id}')).toBe(true);
    expect(isMet(['{org}:user:{id}'], ['acme:user:7'], '/other/users/7', '/{org}/users/{id}')).toBe(false);
  });

  it('compares what the upstream reads, however it is written', () => {
    expect(isMet(['user:{id}'], ['user:7'], '/users/%37')).toBe(true);
    expect(isMet(['user:{id}'], ['user:7'], '/users/%2537')).toBe(false);
    for (const path of ['/users/7%20', '/users/7;x', '/users/%ff', '/users/7%0a'])
      expect(isMet(['user:{id}'], ['user:7'], path)).toBe(false);
  });

  it('does not take a pattern for a scope that somebody may hold', () => {
    expect(isMet(['user:{id}'], ['user:{id}'])).toBe(false);
    expect(isMet(['user:{id}'], ['user:{id}'], '/users/%7Bid%7D')).toBe(true);
  });
});
