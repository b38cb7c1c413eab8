import type { ConfigChange, ConfigFieldChange, ConfigMistake, PublishedChange } from '@gatehouse/contracts';
import type { Terminal } from '../terminal.js';

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** One mistake a paragraph: where it is as editors understand it, what it breaks, what sets it right. */
export function mistakesText(file: string, mistakes: readonly ConfigMistake[]): string {
  return mistakes.map((mistake) => mistakeText(file, mistake)).join('\n');
}

function mistakeText(file: string, { line, column, field, rule, fix }: ConfigMistake): string {
  const place = line === null ? file : `${file}:${line}:${column}`;
  const said = [place, field, rule].filter((part) => part !== '').join(': ');
  return fix === null ? said : `${said}\n    fix: ${fix}`;
}

/** What differs, a route or setting a paragraph. */
export function changesText(changes: readonly ConfigChange[], { colours }: Terminal): string {
  const coloured = { added: colours.green, removed: colours.red, changed: colours.yellow };
  return changes
    .map(({ kind, name, change, takesRestart, fields }) => {
      const when = takesRestart ? ' (after a restart of the gateway)' : '';
      const title = coloured[change](`${SIGNS[change]} ${kind} ${name}`) + when;
      return change === 'changed' ? [title, ...fields.map(fieldText)].join('\n') : title;
    })
    .join('\n');
}

/** What one field says on either side. */
export function fieldText({ field, before, after }: ConfigFieldChange): string {
  const values = [before, after].map((value) => (value === undefined ? 'none' : JSON.stringify(value)));
  return `    ${field || 'value'}: ${values.join(' → ')}`;
}

/** What would become of a published API. */
export const publishedText = ({ api, tenant, name, after }: PublishedChange): string =>
  `published API ${name} (${api}) of ${tenant} would ${after === null ? 'be served' : `not be served: ${after}`}`;
