import { describe, expect, it } from '@jest/globals';
import { AddressRules } from './address-rules.js';
import { clientAddress, plainAddress } from './client-address.js';
import { IpList } from './ip-list.js';

const proxies = new IpList(['10.0.0.0/8', '::1']);

describe('clientAddress', () => {
  it.each([
    ['believes nobody who is not a proxy', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    ['takes the first from the right that is not ours', '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', '1.2.3.4'],
    ['takes the only one', '::1', '2001:db8::7', '2001:db8::7'],
    ['takes the leftmost when all are ours', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['stops at what is no address', '10.0.0.1', '1.2.3.4, unknown, 10.0.0.2', '10.0.0.2'],
    ['takes a port off', '10.0.0.1', '1.2.3.4:80, 10.0.0.2:443', '1.2.3.4'],
    ['takes a port and brackets off', '10.0.0.1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['stops at what only looks like an address', '10.0.0.1', '1.2.3.4:x, [1.2.3]:80', '10.0.0.1'],
    ['reads a mapped address', '10.0.0.1', '::ffff:1.2.3.4', '1.2.3.4'],
    ['survives an empty chain', '10.0.0.1', '', '10.0.0.1'],
  ])('%s', (_, peer, forwardedFor, expected) => {
    expect(clientAddress(peer, forwardedFor, proxies)).toBe(expected);
  });

  it('takes the peer where no proxy is trusted or nothing was forwarded', () => {
    expect(clientAddress('10.0.0.1', '1.2.3.4', new IpList([]))).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', undefined, proxies)).toBe('10.0.0.1');
  });
});

describe('plainAddress', () => {
  it('takes the IPv4-mapped form off', () => {
    expect([plainAddress('::ffff:127.0.0.1'), plainAddress('::1'), plainAddress(undefined)]).toEqual([
      '127.0.0.1',
      '::1',
      '',
    ]);
  });
});

describe('IpList', () => {
  const list = new IpList([
    '192.0.2.0/24',
    '2001:db8::/32',
    '198.51.100.7',
    '::ffff:203.0.113.0/120',
    '::ffff:10.0.0.7',
  ]);

  it.each(['192.0.2.255', '2001:db8:1::1', '198.51.100.7', '::ffff:192.0.2.1', '203.0.113.9', '10.0.0.7'])(
    'holds %s',
    (ip) => expect([list.has(ip), list.has(ip)]).toEqual([true, true]),
  );

  it.each(['192.0.3.0', '203.0.114.1', '2001:db9::1', '198.51.100.8', 'nonsense', ''])(
    'does not hold %j',
    (ip) => expect([list.has(ip), list.has(ip)]).toEqual([false, false]),
  );
});

describe('AddressRules', () => {
  it.each<[string, ConstructorParameters<typeof AddressRules>[0], boolean]>([
    ['admit everybody where nothing is said', {}, true],
    ['admit who is on the list', { ipAllow: ['192.0.2.0/24'] }, true],
    ['refuse who is on no list that is kept', { ipAllow: ['198.51.100.0/24'] }, false],
    ['refuse who is denied', { ipDeny: ['192.0.2.1'] }, false],
    ['refuse who is on both', { ipAllow: ['192.0.2.0/24'], ipDeny: ['192.0.2.1'] }, false],
    ['refuse everybody by an empty list', { ipAllow: [] }, false],
  ])('%s', (_, lists, admitted) => {
    expect(new AddressRules(lists).admit('192.0.2.1')).toBe(admitted);
  });
});
