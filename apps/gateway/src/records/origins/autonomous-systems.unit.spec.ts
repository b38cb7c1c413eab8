import { describe, expect, it } from '@jest/globals';
import { asnTableOf, packTable, unpackTable } from './asn-table.js';
import { AutonomousSystems } from './autonomous-systems.js';

const ipv4 = [
  { from: 0x01000000n, to: 0x010000ffn, asn: 13335 },
  { from: 0x01000100n, to: 0x010001ffn, asn: 13335 },
  { from: 0x01000400n, to: 0x010007ffn, asn: 38803 },
];
const ipv6 = [
  { from: 0x20010db8_00000000n, to: 0x20010db8_0000ffffn, asn: 64_496 },
  { from: 0x20010db8_0000ffffn, to: 0x20010db8_0000ffffn, asn: 64_497 },
];
const systems = new AutonomousSystems(unpackTable(packTable(asnTableOf(ipv4, ipv6))));

describe('AutonomousSystems', () => {
  it.each([
    ['1.0.0.0', 13335],
    ['1.0.1.255', 13335],
    ['1.0.2.0', 0],
    ['1.0.4.0', 38803],
    ['1.0.7.255', 38803],
    ['1.0.8.0', 0],
    ['0.255.255.255', 0],
    ['255.255.255.255', 0],
    ['::ffff:1.0.4.1', 38803],
    ['2001:db8::1', 64_496],
    ['2001:db8:0:ffff::1', 64_496],
    ['2001:db8:1::', 0],
    ['::1', 0],
    ['nowhere', 0],
    ['', 0],
  ])('knows who announces %s', (address, asn) => {
    expect(systems.of(address)).toBe(asn);
  });

  it('tells neighbours of one system apart by nothing', () => {
    const { ipv4: runs } = asnTableOf(ipv4, []);
    expect([...runs.numbers]).toEqual([13335, 0, 38803, 0]);
  });
});
