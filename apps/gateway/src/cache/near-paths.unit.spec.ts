import { describe, expect, it } from '@jest/globals';
import { NearPaths } from './near-paths.js';

describe('paths near those of cached routes', () => {
  const near = new NearPaths(['/a/b/*', '/a/b/c/{id}', '/users/{id}/orders', '/z', '/m/n']);

  it.each(['/a/b', '/a/b/c/7', '/a', '/*', '/{x}', '/users/{id}', '/users/7/orders', '/z/*', '/m/*'])(
    'include %s',
    (path) => {
      expect(near.has(path)).toBe(true);
    },
  );

  it.each(['/a/c', '/b', '/m/a', '/m/z/*', '/people/{id}', '/y'])('do not include %s', (path) => {
    expect(near.has(path)).toBe(false);
  });

  it('are none where nothing is cached, and all where everything is', () => {
    expect(new NearPaths([]).has('/*')).toBe(false);
    expect(new NearPaths(['/a', '/*']).has('/b')).toBe(true);
  });
});
