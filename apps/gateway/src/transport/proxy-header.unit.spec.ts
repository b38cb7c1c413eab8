import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readProxyHeader } from './proxy-header.js';

const text = (line: string) => readProxyHeader(Buffer.from(line, 'latin1'));
const SIGNATURE = '0d0a0d0a000d0a515549540a';
const binary = (hex: string) => readProxyHeader(Buffer.from(SIGNATURE + hex, 'hex'));
const V4 = '2111000cc0000201c6336401dc0401bb';
const V6 = '2121002420010db800000000000000000000000720010db8000000000000000000000001dc0401bb';

describe('readProxyHeader', () => {
  it.each([
    ['PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET', '192.0.2.1', 45],
    ['PROXY TCP6 2001:db8::7 2001:db8::1 1 65535\r\n', '2001:db8::7', 44],
    ['PROXY UNKNOWN\r\n', undefined, 15],
    ['PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n', undefined, 35],
  ])('reads %j', (line, address, length) => {
    expect(text(line)).toEqual({ status: 'read', address, length });
  });

  it.each([
    [V4, '192.0.2.1', 28],
    [V6, '2001:db8:0:0:0:0:0:7', 52],
    ['20000000', undefined, 16],
    ['21000000', undefined, 16],
    ['2131000400000000', undefined, 20],
    [`2111000f${V4.slice(8)}040000`, '192.0.2.1', 31],
  ])('reads %s in binary', (hex, address, length) => {
    expect(binary(hex)).toEqual({ status: 'read', address, length });
  });

  it.each([
    'GET / HTTP/1.1\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.1 56324 65536\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.1 056 443\r\n',
    'PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n',
    'PROXY TCP4 999.0.2.1 198.51.100.1 1 2\r\n',
    'PROXY TCP4  192.0.2.1 198.51.100.1 1 2\r\n',
    'PROXY UDP4 192.0.2.1 198.51.100.1 1 2\r\n',
    'proxy TCP4 192.0.2.1 198.51.100.1 1 2\r\n',
    `PROXY ${'x'.repeat(200)}`,
  ])('refuses %j', (line) => {
    expect(text(line)).toEqual({ status: 'invalid' });
  });

  it.each(['1111000c', '2211000c', '21110004c0000201', '2121000c', '2111ffff'])(
    'refuses %s in binary',
    (hex) => {
      expect(binary(hex.padEnd(80, '0'))).toEqual({ status: 'invalid' });
    },
  );

  it('asks for more as long as every byte so far fits, and reads the same however it is cut', () => {
    for (const header of [
      Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n'),
      Buffer.from(SIGNATURE + V6, 'hex'),
    ]) {
      for (let cut = 0; cut < header.length; cut++)
        expect(readProxyHeader(header.subarray(0, cut))).toEqual({ status: 'incomplete' });
      expect(readProxyHeader(Buffer.concat([header, randomBytes(50)]))).toEqual(readProxyHeader(header));
    }
  });

  it('stays within its bytes whatever they are: 20,000 mutations', () => {
    const seeds = [
      Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n'),
      Buffer.from(SIGNATURE + V4, 'hex'),
    ];
    const counts = { incomplete: 0, invalid: 0, read: 0 };
    for (let i = 0; i < 20_000; i++) {
      const bytes = Buffer.concat([seeds[i % 2], randomBytes(i % 64)]);
      for (const at of randomBytes(i % 4)) bytes[at % bytes.length] = (i * 31 + at) % 256;
      const read = readProxyHeader(bytes);
      counts[read.status]++;
      if (read.status !== 'read') continue;
      expect(read.length).toBeLessThanOrEqual(bytes.length);
      if (read.address !== undefined) expect(read.address).toMatch(/^[0-9a-f:.]{3,45}$/i);
    }
    expect(counts.read).toBeGreaterThan(1_000);
    expect(counts.invalid).toBeGreaterThan(1_000);
  });
});
