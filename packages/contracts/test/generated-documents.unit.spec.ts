import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { documents } from '../src/generate/documents.js';

const folder = new URL('../../../docs/events/', import.meta.url);

describe('docs/events', () => {
  it('holds what `npm run generate` would write, and nothing else', () => {
    const written = Object.fromEntries(
      readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]),
    );
    expect(written).toEqual(JSON.parse(JSON.stringify(documents())));
  });
});
