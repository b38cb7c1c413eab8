import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  auditEvents,
  events,
  filterFor,
  MalformedEvent,
  nameOf,
  parseEnvelope,
  parseEvent,
  subjectOf,
} from '../src/index.js';

const golden = new URL('./golden/', import.meta.url);
const files = readdirSync(golden);
const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(file, golden), 'utf8'));

/** These files are never edited: whatever was published once must be read for ever. */
describe('golden events', () => {
  it('exist for every version', () => {
    expect(files.toSorted()).toEqual(
      [...Object.values(events), ...Object.values(auditEvents)].map(({ type }) => `${type}.json`).toSorted(),
    );
  });

  it.each(Object.values(auditEvents))('$type is read as it was written', ({ type, schema }) => {
    expect(schema.parse(read(`${type}.json`))).toEqual(read(`${type}.json`));
  });

  it.each(files.filter((file) => !file.startsWith('audit.')))('%s is read as it was written', (file) => {
    const event = parseEvent(read(file));
    expect(event).toEqual(read(file));
    expect(subjectOf(event)).toBe(filterFor(nameOf(event.type), 'default'));
  });

  it.each(files.filter((file) => file.startsWith('token.')))(
    '%s has an envelope others can follow',
    (file) => {
      expect(read(file)).toMatchObject(parseEnvelope(read(file)));
    },
  );

  it.each([
    ['an unknown type', { type: 'token.imagined.v1' }, 'token.imagined.v1'],
    ['a missing subject', { subject: undefined }, 'subject'],
    ['a tenant unfit for a NATS subject', { tenant: 'a.b' }, 'tenant'],
    ['data of the wrong shape', { data: { tokenId: 'x' } }, 'tokenId'],
  ])('with %s is malformed, and the message says why', (_what, change, word) => {
    const wrong = { ...read('token.revoked.v1.json'), ...change };
    expect(() => parseEvent(wrong)).toThrow(MalformedEvent);
    expect(() => parseEvent(wrong)).toThrow(word);
  });

  it.each([null, 7, 'x', []])('are never %j', (json) => {
    expect(() => parseEvent(json)).toThrow(MalformedEvent);
    expect(() => parseEnvelope(json)).toThrow(MalformedEvent);
  });
});
