import { describe, expect, it } from '@jest/globals';
import { PathIndex } from './path-index.js';

const index = new PathIndex(
  [
    '/',
    '/users/{id}',
    '/users/me',
    '/users/{id}/orders/{order-id}',
    '/files/{name}.{format}',
    '/files/{name}',
  ].map((path) => [path, path] as const),
);
const found = (path: string) => {
  const match = index.match(path);
  return match && [match.found, Object.fromEntries(match.parameters)];
};

describe('paths of a document', () => {
  it.each([
    ['/', ['/', {}]],
    ['/users/7', ['/users/{id}', { id: '7' }]],
    ['/users/me', ['/users/me', {}]],
    ['/users/7/orders/8', ['/users/{id}/orders/{order-id}', { id: '7', 'order-id': '8' }]],
    ['/files/a.b.csv', ['/files/{name}.{format}', { name: 'a', format: 'b.csv' }]],
    ['/files/a', ['/files/{name}', { name: 'a' }]],
    ['/users', undefined],
    ['/users/', undefined],
    ['/users/7/', undefined],
    ['/users/7/orders', undefined],
  ])('%s', (path, expected) => {
    expect(found(path)).toEqual(expected);
  });

  it('are told apart as an upstream reads them', () => {
    expect(found('/users/%6de')).toEqual(['/users/me', {}]);
    expect(found('/users/%6De%20')).toEqual(['/users/{id}', { id: '%6De%20' }]);
    expect(found('/users/%ff')).toBeUndefined();
  });

  it('take no longer for what is written to take long', () => {
    const many = new PathIndex([['/{a}-{b}-{c}-{d}x', 'it']]);
    expect(many.match(`/${'-'.repeat(16_000)}`)).toBeUndefined();
    expect(many.match('/1-2-3-4x')?.found).toBe('it');
  });
});
