import { describe, expect, it } from '@jest/globals';
import { subjectFilter } from './subject-filter.js';

describe('subjectFilter', () => {
  it('names one type and one tenant exactly', () => {
    expect(subjectFilter({ types: ['TokenRevoked'], tenant: 'acme' })).toBe('tokens.revoked.acme');
  });

  it('takes every tenant where none is named', () => {
    expect(subjectFilter({ types: ['TokenRevoked'] })).toBe('tokens.revoked.*');
  });

  it('widens only the part in which several types differ', () => {
    expect(subjectFilter({ types: ['TokenRevoked', 'TokenIssued'], tenant: 'acme' })).toBe('tokens.*.acme');
  });

  it('takes everything where no type is named, or where they have nothing in common', () => {
    expect(subjectFilter({ tenant: 'acme' })).toBeUndefined();
    expect(subjectFilter({ types: ['TokenIssued', 'RequestLogged'] })).toBeUndefined();
  });
});
