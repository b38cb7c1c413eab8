import { describe, expect, it } from '@jest/globals';
import { generateCosignerKey, generateNoteKey } from '@gatehouse/tlog';
import { parseWitnessList } from './witness-list.js';

const { verifierKey } = generateCosignerKey('witness.example/w1');

describe('a list of witnesses', () => {
  it('is a key and a URL a line, with comments', () => {
    const list = parseWitnessList(`# ours\n\n  ${verifierKey} https://witness.example/prefix/\n`);
    expect(list).toEqual([expect.objectContaining({ verifierKey, url: 'https://witness.example/prefix' })]);
    expect(parseWitnessList('')).toEqual([]);
  });

  it.each([
    ['without a URL', verifierKey, 'expected "<verifier key>'],
    ['with a file’s URL', `${verifierKey} file:///etc/passwd`, 'expected "<verifier key>'],
    ['with a log’s key', `${generateNoteKey('a').verifierKey} https://a`, 'is no witness’s verifier key'],
    ['that repeats itself', `${verifierKey} https://a\n${verifierKey} https://b`, 'named twice'],
  ])('is refused %s', (_, text, reason) => {
    expect(parseWitnessList(text)).toContain(reason);
  });
});
