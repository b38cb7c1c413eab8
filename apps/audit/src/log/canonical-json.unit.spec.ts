import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';

// CommonJS whose types say "export default".
const canonicalize = createRequire(import.meta.url)('canonicalize') as (value: unknown) => string;

describe('canonicalJson', () => {
  it('writes the sample of RFC 8785 §3.2.2 as §3.2.3 does', () => {
    const sample = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as unknown;
    expect(canonicalJson(sample)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts names by UTF-16 code units (§3.2.3)', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const written = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
    expect(Object.keys(JSON.parse(written) as object).filter((name) => name !== '1')).toEqual(
      ['\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'], // an object lists "1" first
    );
    expect(written).toMatch(/^\{"\\r":0,"1":0,/);
  });

  it.each([
    ['minus zero', -0, '0'],
    ['the largest number', Number.MAX_VALUE, '1.7976931348623157e+308'],
    ['an empty object', {}, '{}'],
    ['an empty name', { '': [] }, '{"":[]}'],
    ['a backslash before what looks like an escape', '\\ud800', String.raw`"\\ud800"`],
    ['a whole surrogate pair', '\ud83d\ude00', '"\ud83d\ude00"'],
    ['a name that is a prototype’s', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])('writes %s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([
    ['a number beyond what a double holds', JSON.parse('[1e999]')],
    ['half of a surrogate pair', ['\ud800']],
    ['half of a pair in a name', { '\udc00': 1 }],
    ['nothing', undefined],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('agrees with another implementation on values of every shape', () => {
    let seed = 20_261_122;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed % below;
    };
    const text = () =>
      String.fromCodePoint(
        ...Array.from({ length: random(6) }, () => [random(0x80), 0x20ac, 0x1f600][random(3)] ?? 0),
      );
    const value = (depth: number): unknown => {
      const kind = random(depth > 0 ? 6 : 4);
      if (kind === 0) return text();
      if (kind === 1) return (random(2 ** 31) - 2 ** 30) / 10 ** random(25);
      if (kind === 2) return random(2) === 0;
      if (kind === 3) return null;
      const members = Array.from({ length: random(5) }, () => [text(), value(depth - 1)] as const);
      return kind === 4 ? members.map(([, member]) => member) : Object.fromEntries(members);
    };
    for (let i = 0; i < 2_000; i++) {
      const one = value(4);
      expect(canonicalJson(one)).toBe(canonicalize(one));
    }
  });
});
