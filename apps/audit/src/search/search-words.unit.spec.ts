import { describe, expect, it } from '@jest/globals';
import { askedTextOf, spelt, termsOf } from './search-words.js';

describe('a text', () => {
  it.each([
    ['token.issued.v1', ' token issued v1 '],
    ['token:tok_019A', ' token tok 019a '],
    ['  "Nightly"-Build! ', ' nightly build '],
    ['Straße №5, ÉTÉ', ' straße no5 été '],
    ['हिन्दी 漢字', ' हिन्दी 漢字 '],
    ['—…—', ' '],
    ['', ' '],
  ])('such as %j is spelt in its runs of letters and digits', (text, words) => {
    expect(spelt(text)).toBe(words);
  });

  it('has a number for every different word, in the order in which they come first', () => {
    const [fox, box] = [' fox ', ' box '].flatMap(termsOf);
    expect(termsOf(' fox box fox ')).toEqual([fox, box]);
    expect(termsOf(' ')).toEqual([]);
    // Test vectors of FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
    expect(termsOf(' a foobar ').map((term) => term >>> 0)).toEqual([0xe40c292c, 0xbf9cf968]);
  });
});

describe('what is asked for', () => {
  it.each([
    ['brown fox', { wanted: [' brown ', ' fox '], unwanted: [] }],
    ['"quick brown" -dog', { wanted: [' quick brown '], unwanted: [' dog '] }],
    ['-"a dog" tok_1', { wanted: [' tok 1 '], unwanted: [' a dog '] }],
    ['"never closed', { wanted: [' never closed '], unwanted: [] }],
    ['re-use', { wanted: [' re use '], unwanted: [] }],
    ['- " !', { wanted: [], unwanted: [] }],
  ])('by %s', (text, asked) => {
    expect(askedTextOf(text)).toEqual(asked);
  });
});
