import { describe, expect, it } from '@jest/globals';
import { contains, overlap, type Territory } from './territory.js';

describe('two territories', () => {
  it.each<[Territory, Territory]>([
    [{ hosts: ['a.example'] }, { hosts: ['b.example', 'a.example'] }],
    [{ hosts: ['a.example'] }, { prefixes: ['/a'] }],
    [{ hosts: ['*.example'] }, { hosts: ['a.example'] }],
    [{ hosts: ['*.a.example'] }, { hosts: ['*.example'] }],
    [{ prefixes: ['/'] }, { prefixes: ['/a'] }],
    [{ prefixes: ['/a/b/'] }, { prefixes: ['/a'] }],
    [
      { hosts: ['a.example'], prefixes: ['/a'] },
      { hosts: ['a.example'], prefixes: ['/a'] },
    ],
  ])('overlap: %j and %j', (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([true, true]);
  });

  it.each<[Territory, Territory]>([
    [{ hosts: ['a.example'] }, { hosts: ['b.example'] }],
    [{ hosts: ['*.a.example'] }, { hosts: ['a.example'] }],
    [{ hosts: ['*.a.example'] }, { hosts: ['*.ba.example'] }],
    [{ prefixes: ['/a'] }, { prefixes: ['/ab'] }],
    [
      { hosts: ['a.example'], prefixes: ['/a'] },
      { hosts: ['a.example'], prefixes: ['/b'] },
    ],
  ])('are apart: %j and %j', (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([false, false]);
  });
});

describe('a territory', () => {
  const territory = { hosts: ['a.example', '*.a.example'], prefixes: ['/orders'] };

  it.each([
    { hosts: ['a.example'], path: '/orders' },
    { hosts: ['x.a.example', '*.y.a.example'], path: '/orders/{id}/*' },
  ])('contains %j', (place) => {
    expect(contains(territory, place)).toBe(true);
  });

  it.each([
    { path: '/orders' },
    { hosts: ['a.example', 'b.example'], path: '/orders' },
    { hosts: ['*.example'], path: '/orders' },
    { hosts: ['a.example'], path: '/ordersandmore' },
    { hosts: ['a.example'], path: '/{x}/y' },
    { hosts: ['a.example'], path: '/*' },
  ])('does not contain %j', (place) => {
    expect(contains(territory, place)).toBe(false);
  });
});
