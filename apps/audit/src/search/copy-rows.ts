import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import type { SearchRow } from './search-row.js';
import type { SearchTable } from './search-segments.js';

const COLUMNS = [
  'index',
  'at',
  'type',
  'tenant',
  'actor',
  'token',
  'application',
  'person',
  'address',
  'outcome',
  'words',
  'terms',
];

/** Writes rows within the manager's transaction: one COPY. */
export async function copyRows(
  manager: EntityManager,
  table: SearchTable,
  lines: readonly string[],
): Promise<void> {
  const client = (await manager.queryRunner!.connect()) as PoolClient;
  const copy = client.query(copyFrom(`copy ${table} (${COLUMNS.join(', ')}) from stdin`));
  copy.end(lines.join(''));
  await finished(copy);
}

/** A row in PostgreSQL's text format ("COPY", File Formats). */
export function lineOf(row: SearchRow): string {
  const { index, at, type, tenant, actor, token, application, person, address, outcome, words, terms } = row;
  const texts = [type, tenant, actor, token, application, person, address, outcome, words];
  return `${index}\t${at}\t${texts.map(field).join('\t')}\t{${terms.join(',')}}\n`;
}

const field = (text: string | null): string => (text === null ? '\\N' : escaped(text));

const MEANS_SOMETHING = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (text: string): string =>
  MEANS_SOMETHING.test(text)
    ? text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character)
    : text;
