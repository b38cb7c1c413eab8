import { describe, expect, it } from '@jest/globals';
import { MalformedEvent } from '@gatehouse/contracts';
import { eventOf } from '../../test/events.js';
import { leafHashOf } from '../../test/rfc-verifier.js';
import { leafOf } from './leaf.js';

const event = eventOf(1, '0.0');

describe('a leaf', () => {
  it('is the RFC 9162 hash of the whole event’s RFC 8785 form, unknown attributes and all', () => {
    const extended = { zeta: [1e21, 0.1, -0], alpha: { ß: 'é', a: null }, ...event };
    expect(Buffer.from(leafOf('issuer', extended).leafHash)).toEqual(leafHashOf(extended));
    expect(leafOf('issuer', extended).leafHash).not.toEqual(leafOf('issuer', event).leafHash);
  });

  it('is the same in whatever order the members came', () => {
    const reversed = Object.fromEntries(Object.entries(event).toReversed());
    expect(leafOf('issuer', reversed).leafHash).toEqual(leafOf('issuer', event).leafHash);
  });

  it('is found by the token it is about', () => {
    expect(leafOf('issuer', event).token).toBe(event.subject);
    expect(leafOf('issuer', { ...event, data: {} }).token).toBeNull();
  });

  it('is made of types this build does not know', () => {
    expect(leafOf('issuer', { ...event, type: 'key.forgotten.v3', data: { kid: 'k1' } }).type).toBe(
      'key.forgotten.v3',
    );
  });

  it.each([
    ['no id', { id: undefined }],
    ['an empty type', { type: '' }],
    ['a NUL where Postgres would refuse it', { subject: 'a\0b' }],
    ['half a surrogate pair', { actor: 'a\ud83d' }],
    ['half a surrogate pair in its data', { data: { note: ['\\', '\\\udd11'] } }],
    ['a number that is not one', { data: { n: Number.NaN } }],
    ['a time that is none', { time: 'yesterday' }],
    ['data that is a list', { data: [] }],
    ['another specversion', { specversion: '2.0' }],
  ])('is not made of an event with %s', (_, change) => {
    expect(() => leafOf('issuer', { ...event, ...change })).toThrow(MalformedEvent);
  });

  it('is made of text that only looks like half a surrogate pair', () => {
    const text = { ...event, actor: '\\ud83d', data: { whole: '\u{1F511}\0' } };
    expect(Buffer.from(leafOf('issuer', text).leafHash)).toEqual(leafHashOf(text));
  });
});
