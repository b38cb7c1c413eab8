import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { documents, schemas } from '../src/generate/documents.js';

describe.each([
  ['docs/events', documents()],
  ['docs/schemas', schemas()],
])('%s', (path, documents) => {
  it('holds what `npm run generate` would write, and nothing else', () => {
    const folder = new URL(`../../../${path}/`, import.meta.url);
    const written = Object.fromEntries(
      readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]),
    );
    expect(written).toEqual(JSON.parse(JSON.stringify(documents)));
  });
});
