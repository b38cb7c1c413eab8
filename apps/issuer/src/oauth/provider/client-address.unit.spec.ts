import { describe, expect, it } from '@jest/globals';
import { clientAddressOf } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress },
});

describe('the address of a client', () => {
  const proxies = ['10.0.0.0/8'];

  it.each([
    ['203.0.113.7', undefined, '203.0.113.7'],
    ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '192.0.2.66, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['10.0.0.1', 'made up', '10.0.0.1'],
    ['10.0.0.1', undefined, '10.0.0.1'],
  ])('at %s that says %j is %s', (remote, forwarded, address) =>
    expect(clientAddressOf(from(remote, forwarded), proxies)).toBe(address),
  );

  it('is the socket’s where no proxy is trusted', () =>
    expect(clientAddressOf(from('10.0.0.1', '198.51.100.1'), [])).toBe('10.0.0.1'));
});
