import { describe, expect, it } from '@jest/globals';
import { lint } from './lint.js';

const GOOD = `
routes:
  - id: demo # sent to \${UPSTREAM_URL}
    path: /demo/*
    upstream: \${UPSTREAM_URL}
    scopes: { GET: [demo:read] }
`;
const NONE = new Map<string, string>();

describe('lint', () => {
  it('finds nothing wrong with what a gateway takes, and names the variables that nobody set', () => {
    expect(lint(GOOD, 'gateway.yaml', NONE)).toEqual({ mistakes: [], unset: ['UPSTREAM_URL'] });
    const set = new Map([['UPSTREAM_URL', 'http://orders:8080']]);
    expect(lint(GOOD, 'gateway.yaml', set)).toEqual({ mistakes: [], unset: [] });
  });

  it.each([
    ['whole', '${UPSTREAM_URL}'],
    ['in the place of a name', 'http://${UPSTREAM_HOST}:8080'],
    ['in the place of a port', 'http://orders:${UPSTREAM_PORT}'],
  ])('lets an unset variable pass that stands %s', (_, upstream) => {
    expect(
      lint(GOOD.replace('upstream: ${UPSTREAM_URL}', `upstream: ${upstream}`), '', NONE).mistakes,
    ).toEqual([]);
  });

  it('holds a value that is set to the rules', () => {
    const { mistakes } = lint(GOOD, 'gateway.yaml', new Map([['UPSTREAM_URL', 'ftp://orders']]));
    expect(mistakes).toMatchObject([{ line: 5, column: 15, field: 'routes[0].upstream' }]);
  });

  it.each([
    ['a name mistyped', GOOD.replace('scopes:', 'scoeps:'), 'write scopes', 2],
    ['a name of nothing', `${GOOD}colour: red\n`, /^take colour out: .*\broutes\b.* are known here$/, 1],
    [
      'a list left out',
      GOOD.replace('[demo:read]', 'demo:read'),
      'write a list: [a, b], or write fields and values: { name: value }',
      1,
    ],
    ['a quoted number', `${GOOD}    staleSeconds: "5"\n`, 'write a number without quotes', 1],
    ['one of a few', `${GOOD}    limits: [{ per: moon, concurrent: 1 }]\n`, /^write token or user or /, 1],
    ['a field left out', GOOD.replace('    path: /demo/*\n', ''), 'add path', 1],
    [
      'a foreign variable',
      GOOD.replace(/URL\}\n {4}s/, 'URL}${HOME}\n    s'),
      /^set it in the environment/,
      1,
    ],
  ])('says what sets right %s', (_, text, fix, count) => {
    const { mistakes } = lint(text, 'gateway.yaml', NONE);
    expect(mistakes).toHaveLength(count);
    const fixes = mistakes.map((mistake) => mistake.fix);
    expect(fixes).toContainEqual(typeof fix === 'string' ? fix : expect.stringMatching(fix));
  });

  it('points to what is not even YAML', () => {
    const { mistakes } = lint(GOOD.replace('[demo:read]', '[demo:read'), 'gateway.yaml', NONE);
    expect(mistakes[0]).toMatchObject({ line: 6, column: 31, field: '', fix: null });
  });
});
