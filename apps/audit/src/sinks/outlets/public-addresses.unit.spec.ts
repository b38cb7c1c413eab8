import { describe, expect, it } from '@jest/globals';
import { isPublicAddress, lookupPublic, namesPrivateAddress } from './public-addresses.js';

describe('an address that a webhook may go to', () => {
  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001:81b::200e'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00:ec2::254',
    'fe80::1',
    'not an address',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['http://2130706433/', 'http://0x7f.1/', 'http://[::ffff:7f00:1]/', 'http://127.1/'])(
    'is not hidden in %s',
    (url) => expect(namesPrivateAddress(new URL(url))).toBe(true),
  );

  it('is looked at after the name was resolved', async () => {
    const error = await new Promise((resolve) =>
      lookupPublic('localhost', { all: true }, (reason) => resolve(reason)),
    );
    expect(String(error)).toContain('localhost leads to a private address');
  });
});
