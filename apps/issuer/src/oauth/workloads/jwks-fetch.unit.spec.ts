import { describe, expect, it } from '@jest/globals';
import { fetchJwks, isReachable, refuseUnreachable } from './jwks-fetch.js';

describe('where keys are fetched from', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    'fd00:ec2::254',
    '224.0.0.1',
    '255.255.255.255',
  ])('is never %s', (address) => {
    expect(isReachable(address, false)).toBe(false);
  });

  it.each(['10.0.0.7', '192.0.2.1', '2001:db8::1', 'fd12::1'])(
    'may be %s, where clusters live',
    (address) => {
      expect(isReachable(address, false)).toBe(true);
    },
  );

  it('is this very machine only when somebody said so', () => {
    expect(isReachable('127.0.0.1', true)).toBe(true);
    expect(() => refuseUnreachable('http://127.0.0.1:9/jwks', true)).not.toThrow();
    expect(() => refuseUnreachable('http://127.0.0.1:9/jwks', false)).toThrow(/https/);
    expect(() => refuseUnreachable('https://127.0.0.1:9/jwks', false)).toThrow(/an address/);
    expect(() => refuseUnreachable('http://localhost:9/jwks', true)).toThrow(/https/);
    expect(() => refuseUnreachable('https://[::1]/jwks', false)).toThrow(/an address/);
    expect(() => refuseUnreachable('https://2130706433/jwks', false)).toThrow(/an address/);
  });

  it('is looked at again after the name was resolved', async () => {
    await expect(fetchJwks('https://localhost:9/jwks', false)).rejects.toThrow(/is not asked for keys/);
    await expect(fetchJwks('https://127.0.0.1:9/jwks', false)).rejects.toThrow(/is not asked for keys/);
  });
});
