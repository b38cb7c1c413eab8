import { describe, expect, it } from '@jest/globals';
import { preferredEncoding } from './accept-encoding.js';

describe('the coding that a client likes best', () => {
  it.each([
    ['gzip, br', 'br'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP;Q=1.000, br;q=0.999', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0.5, gzip', 'gzip'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['identity;q=0, br', 'br'],
    [' , gzip ;  q=0.1 ,', 'gzip'],
  ])('%j is %s', (header, coding) => {
    expect(preferredEncoding(header, ['br', 'gzip'])).toBe(coding);
  });

  it.each([
    '',
    'identity',
    'deflate',
    'gzip;q=0',
    'gzip;q=0.000, br;q=0',
    '*;q=0',
    'gzip;q=2',
    'gzip;q=x',
    'gzip;v=1',
    'gzip;q=0.5, identity',
  ])('%j asks for none', (header) => {
    expect(preferredEncoding(header, ['br', 'gzip'])).toBeUndefined();
  });

  it('is one that is offered', () => {
    expect(preferredEncoding('br, gzip;q=0.1', ['gzip'])).toBe('gzip');
  });
});
