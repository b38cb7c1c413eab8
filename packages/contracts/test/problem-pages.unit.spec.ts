import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { problemOf, problems, problemType } from '../src/index.js';

const pages = new URL('../../../docs/problems/', import.meta.url);

describe('problem catalogue', () => {
  it('has a page for every code, and no page without a code', () => {
    const names = readdirSync(pages).filter((name) => name !== 'README.md');
    expect(names.toSorted()).toEqual(
      Object.keys(problems)
        .map((code) => `${code}.md`)
        .toSorted(),
    );
  });

  it.each(Object.entries(problems))('%s has a page with its status and title', (code, { status, title }) => {
    expect(readFileSync(new URL(`${code}.md`, pages), 'utf8')).toMatch(
      `# ${code}\n\n**${status}** ${title}\n`,
    );
    expect(readFileSync(new URL('README.md', pages), 'utf8')).toContain(
      `| [${code}](${code}.md) | ${status} | ${title} |`,
    );
  });

  it('becomes a problem document', () => {
    expect(problemOf('not-found', 'There is no token x.', 'req_1')).toEqual({
      type: problemType('not-found'),
      title: 'There is no such thing',
      status: 404,
      detail: 'There is no token x.',
      code: 'not-found',
      requestId: 'req_1',
    });
  });
});
