import { ApiTerms } from '@gatehouse/contracts';
import { parse } from 'yaml';
import { readTextFile } from '../read-text-file.js';
import { UsageError } from '../usage-error.js';

const MOST_NAMED = 10;
/** Aliases could blow a small file up to gigabytes. */
const MOST_ALIASES = 100;

/**
 * What a file says of an API.
 * @throws UsageError when it cannot be read, or with each field that breaks a rule.
 */
export async function readApiFile(path: string): Promise<ApiTerms> {
  const { data, error } = ApiTerms.safeParse(valueOf(path, await readTextFile(path)));
  if (data) return data;
  const mistakes = error.issues.slice(0, MOST_NAMED).map((issue) => {
    const field = issue.path.join('.');
    return field === '' ? `${path}: ${issue.message}` : `${path}: ${field}: ${issue.message}`;
  });
  throw new UsageError(mistakes.join('\n'));
}

function valueOf(path: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
