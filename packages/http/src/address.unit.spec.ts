import { describe, expect, it } from '@jest/globals';
import { isAddressAllowed, isAddressIn } from './address.js';

describe('isAddressAllowed', () => {
  it.each([
    ['10.1.2.3', ['10.0.0.0/8'], true],
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['11.0.0.1', ['10.0.0.0/8'], false],
    ['2001:db8::5', ['2001:db8::/32'], true],
    ['2001:db9::5', ['2001:db8::/32', '10.0.0.0/8'], false],
    ['192.0.2.7', ['192.0.2.7'], true],
    ['192.0.2.8', ['192.0.2.7'], false],
    ['anywhere', [], true],
  ])('%s in %j is %s', (address, ranges, allowed) => {
    expect(isAddressAllowed(address, ranges)).toBe(allowed);
  });
});

describe('isAddressIn', () => {
  it.each([
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['10.1.2.3', ['::ffff:10.0.0.0/104'], true],
    ['11.1.2.3', ['::ffff:10.0.0.0/104'], false],
    ['2001:db8::5', ['10.0.0.0/8', '2001:db8::/32'], true],
    ['anywhere', [], false],
  ])('%s in %j is %s', (address, ranges, isIn) => {
    expect(isAddressIn(address, ranges)).toBe(isIn);
  });
});
