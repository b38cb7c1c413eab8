import { describe, expect, it } from '@jest/globals';
import { targetObjection } from './target-rules.js';

const found = (target: string, strict = false) =>
  targetObjection(target, {
    traversal: strict ? 'any' : 'encoded',
    controlCharacters: strict ? 'any' : 'nul',
  })?.finding;

describe('targets', () => {
  it.each([
    '/orders/12?page=2',
    '/files/a%20b..c/v1.0..2',
    '/presentations/vim/%094',
    '/copied/from/a/mail%0D%0A?x=1',
    '/files/report%252Fdraft',
    '/search?q=100%25+off&next=%2Fhome%2F..%2Faccount',
    '/search?q=..%2Fother',
    '/search?q=../../other',
    '/search?q=50%2500',
    '/text?t=one%0D%0Atwo%09three',
    '/find?wild=...%2F...&dots=%2e%2e%2e',
    '/emoji/%F0%9F%94%91?n=%C3%A9',
  ])('%s is left alone', (target) => {
    expect(found(target)).toBeUndefined();
  });

  it.each([
    '/files/..%252f..%252fetc/passwd',
    '/files/%252e%252e/secret',
    '/files/%25252e%25252e%25252fsecret',
    '/files/..%255cwindows',
    '/files/..%c0%afetc',
    '/files/%c0%ae%c0%ae/etc',
    '/get?file=%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/get?file=..%252f..%252fetc%252fpasswd',
    '/get?file=../..%252fetc',
    '/get?a=1&%252e%252e%255cx',
  ])('%s climbs in disguise', (target) => {
    expect(found(target)).toBe('payload-traversal');
  });

  it.each(['/a%0ab', '/a%0d%0aset-cookie:b', '/a%1Bb', '/a%7f', '/a%2500.png', '/a?name=x%00.png'])(
    '%s holds a control character',
    (target) => {
      expect(found(target)).toBe('payload-control-character');
    },
  );

  it('are held to more where a route asks for it', () => {
    expect(found('/get?file=../etc/passwd', true)).toBe('payload-traversal');
    expect(found('/get?file=..%2Fetc', true)).toBe('payload-traversal');
    expect(found('/get?file=a..b', true)).toBeUndefined();
    expect(found('/get?t=%08', true)).toBe('payload-control-character');
    expect(found('/get?t=%0D%0A%09', true)).toBeUndefined();
  });

  it('cost no more for being long and nearly an attack', () => {
    const long = `/a?x=${'%25'.repeat(5_000)}${'%2525252e'.repeat(2_000)}`;
    expect(found(long)).toBeUndefined();
  });
});
