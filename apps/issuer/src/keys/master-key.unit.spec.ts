import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MasterKey } from './master-key.js';

const master = MasterKey.parse(randomBytes(32).toString('base64url'))!;

describe('MasterKey', () => {
  it('is 32 bytes and nothing else', () => {
    for (const length of [0, 16, 31, 33])
      expect(MasterKey.parse(randomBytes(length).toString('base64url'))).toBeUndefined();
  });

  it('opens what it sealed, for the same purpose and context alone', () => {
    const box = master.sealFor('a').close('ünïcode', 'row 1');
    expect(master.sealFor('a').open(box, 'row 1')).toBe('ünïcode');
    expect(() => master.sealFor('a').open(box, 'row 2')).toThrow();
    expect(() => master.sealFor('b').open(box, 'row 1')).toThrow();
  });

  it('opens nothing of which a single bit was changed', () => {
    const box = master.sealFor('a').close('secret', 'x');
    for (let i = 0; i < box.length; i++) {
      const changed = Buffer.from(box);
      changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
      expect(() => master.sealFor('a').open(changed, 'x')).toThrow();
    }
  });

  it('never seals the same twice alike, and hashes always alike', () => {
    const seal = master.sealFor('a');
    expect(seal.close('x', '')).not.toEqual(seal.close('x', ''));
    expect(master.hashFor('a')('x')).toBe(master.hashFor('a')('x'));
    expect(master.hashFor('a')('x')).not.toBe(master.hashFor('b')('x'));
  });
});
