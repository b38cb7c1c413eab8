import { describe, expect, it } from '@jest/globals';
import { jsonFlaw } from './json-bounds.js';
import { JsonBoundsSpec } from './payload-spec.js';

const flawOf = (text: string, bounds: Partial<JsonBoundsSpec> = {}) =>
  jsonFlaw(Buffer.from(text), JsonBoundsSpec.parse(bounds));
const nested = (depth: number) => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2);

describe('JSON', () => {
  it.each([
    '{"a":{"b":[1,2,{"c":"}{][,\\""}]},"d":null}',
    '[{"id":1},{"id":2}]',
    '{"a":"b","b":"a","c":{"a":1}}',
    '{"a":["x","y"],"x":1}',
    '"just text"',
    '17',
    '',
  ])('%s keeps the bounds', (text) => {
    expect(flawOf(text)).toBeUndefined();
  });

  it('may be so deep and no deeper', () => {
    expect(flawOf(nested(32))).toBeUndefined();
    expect(flawOf(nested(34))).toMatch(/deeper than 32/);
    expect(flawOf('['.repeat(1_000_000))).toMatch(/deeper/);
    expect(flawOf('{"a":{}}', { maxDepth: 1 })).toMatch(/deeper than 1/);
  });

  it('may have so many keys, all objects counted', () => {
    const text = JSON.stringify([{ a: 1, b: 2 }, { c: { d: 1 } }]);
    expect(flawOf(text, { maxKeys: 4 })).toBeUndefined();
    expect(flawOf(text, { maxKeys: 3 })).toMatch(/more than 3 keys/);
  });

  it('has each key once, however it is escaped', () => {
    expect(flawOf('{"role":"user","role":"admin"}')).toMatch(/twice/);
    expect(flawOf('{"role":"user","r\\u006fle":"admin"}')).toMatch(/twice/);
    expect(flawOf('{"a":1,"b":{"a":1},"c":[{"a":1}],"d":1}')).toBeUndefined();
    expect(flawOf('{"role":1,"role":2}', { duplicateKeys: 'allow' })).toBeUndefined();
  });

  it('has no key that reaches a prototype, but may speak of one', () => {
    expect(flawOf('{"a":{"__proto__":{"admin":true}}}')).toMatch(/__proto__/);
    expect(flawOf('{"\\u005f_proto__":1}', { duplicateKeys: 'allow' })).toMatch(/__proto__/);
    expect(flawOf('{"note":"__proto__"}')).toBeUndefined();
  });

  it('that is broken is passed over without end or error', () => {
    for (const text of ['{"a', '{"a\\', ']]]', '{"\\x":1', '}{,"a":"b"'])
      expect(flawOf(text)).toBeUndefined();
  });
});
