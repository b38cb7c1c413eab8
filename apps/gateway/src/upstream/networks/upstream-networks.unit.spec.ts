import { describe, expect, it } from '@jest/globals';
import { UpstreamNetworks } from './upstream-networks.js';

describe('the addresses upstreams may have', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166',
    'http://0xa9fea9fe',
    'http://0251.0376.0251.0376',
    'http://[::ffff:169.254.169.254]',
    'http://[64:ff9b::a9fe:a9fe]',
    'http://[fe80::1]',
    'http://[fd00:ec2::254]',
    'http://0.0.0.0:8080',
    'http://[::]',
    'http://224.0.0.1',
  ])('leave out %s unless it is listed', (url) => {
    expect(new UpstreamNetworks().allowsUrl(url)).toBe(false);
    expect(new UpstreamNetworks(['10.0.0.0/8']).allowsUrl(url)).toBe(false);
  });

  it.each([
    'http://10.1.2.3',
    'http://127.0.0.1:8080',
    'http://[fd12::1]',
    'http://192.0.2.1',
    'https://api.example',
  ])('take in %s where nothing is listed', (url) => {
    expect(new UpstreamNetworks().allowsUrl(url)).toBe(true);
  });

  it('are those of both lists, where one is within another', () => {
    const file = new UpstreamNetworks(['10.0.0.0/8']);
    const own = new UpstreamNetworks(['10.1.0.0/16', '192.0.2.0/24'], file);
    expect(['10.1.2.3', '10.2.0.1', '192.0.2.1'].map((address) => own.allows(address))).toEqual([
      true,
      false,
      false,
    ]);
    expect(new UpstreamNetworks(['0.0.0.0/0'], new UpstreamNetworks()).allows('169.254.169.254')).toBe(false);
    expect(own.fingerprint).not.toBe(new UpstreamNetworks(['10.1.0.0/16', '192.0.2.0/24']).fingerprint);
  });

  it('are those of the list and no others', () => {
    const networks = new UpstreamNetworks(['10.0.0.0/8', '169.254.10.0/24']);
    expect(['10.9.9.9', '169.254.10.1'].every((address) => networks.allows(address))).toBe(true);
    expect(['127.0.0.1', '169.254.169.254', '11.0.0.1'].some((address) => networks.allows(address))).toBe(
      false,
    );
  });
});
