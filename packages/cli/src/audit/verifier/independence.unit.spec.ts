import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const here = fileURLToPath(new URL('.', import.meta.url));

describe('the verifier', () => {
  it('imports nothing but Node itself and its own files', () => {
    const sources = readdirSync(here).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
    const imports = sources.flatMap((name) =>
      [...readFileSync(join(here, name), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]),
    );
    expect(sources.length).toBeGreaterThan(5);
    expect(imports.filter((from) => !from.startsWith('./') && !from.startsWith('node:'))).toEqual([]);
  });
});
