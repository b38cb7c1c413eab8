import { describe, expect, it } from '@jest/globals';
import { checkDocument } from './check-document.js';

const HEAD = "openapi: 3.1.0\ninfo: { title: t, version: '1' }\n";

describe('a document that somebody else has written', () => {
  it.each([
    ['is not YAML', `${HEAD}paths: [`, '', /not YAML: .* line 3, column/],
    ['is no document', 'true', '', /is no object/],
    [
      'breaks the specification',
      `${HEAD}paths: { /x: { get: { parameters: [{ name: a }] } } }`,
      '/paths/~1x/get',
      /./,
    ],
    [
      'refers to elsewhere',
      `${HEAD}paths: { /x: { $ref: 'http://127.0.0.1/a' } }`,
      '/paths/~1x',
      /nothing is fetched/,
    ],
    [
      'has a schema that means nothing',
      `${HEAD}paths: { /x: { get: { parameters: [{ name: a, in: query, schema: { minLength: many } }] } } }`,
      '/paths/~1x/get/parameters/0/schema',
      /cannot be used as a schema/,
    ],
  ])('is refused with the place when it %s', async (_, text, pointer, rule) => {
    expect(await checkDocument(text)).toEqual({
      pointer: expect.stringContaining(pointer),
      rule: expect.stringMatching(rule),
    });
  });

  it('is let through when a gateway can compile it', async () => {
    expect(
      await checkDocument(`${HEAD}paths: { /x: { get: { responses: { default: { description: ok } } } } }`),
    ).toBeUndefined();
  });

  it('takes no more memory and time than it may', async () => {
    const text = `${HEAD}paths: {}`;
    expect(await checkDocument(text, { heapMb: 4, longestMs: 60_000 })).toMatchObject({
      rule: expect.stringContaining('4 MiB'),
    });
    expect(await checkDocument(text, { heapMb: 256, longestMs: 1 })).toMatchObject({
      rule: expect.stringContaining('0.001 s'),
    });
  });
});
