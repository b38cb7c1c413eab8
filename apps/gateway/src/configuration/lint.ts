import type { LintReport } from '@gatehouse/contracts';
import { ConfigDocument } from '../routes/config-document.js';
import { readRoutes } from '../routes/read-routes.js';
import { RoutesRejected } from '../routes/routes-rejected.js';

/**
 * Judges a gateway.yaml as a gateway would, where there is none: what it says, not whether the files it names are there.
 * @param variables those that are known; something harmless stands for the others.
 */
export function lint(text: string, file: string, variables: ReadonlyMap<string, string>): LintReport {
  try {
    const unset = unsetIn(new ConfigDocument(text, file), variables);
    readRoutes(text, file, new Map([...unset, ...variables]));
    return { mistakes: [], unset: [...unset.keys()].toSorted() };
  } catch (error) {
    if (error instanceof RoutesRejected) return { mistakes: [...error.mistakes], unset: [] };
    throw error;
  }
}

/** What stands for the variables that nobody set. */
export function unsetIn(document: ConfigDocument, known: ReadonlyMap<string, string>): Map<string, string> {
  const unset = document.references().filter(([name]) => name.startsWith('UPSTREAM_') && !known.has(name));
  return new Map(unset.map(([name, within]) => [name, standInFor(name, within)]));
}

/** What would be taken where the variable stands: a URL, a port of one, or a part of a name. */
function standInFor(name: string, within: string): string {
  const reference = `\${${name}}`;
  if (within.startsWith(reference)) return 'http://unset.invalid';
  return within.includes(`:${reference}`) ? '1' : 'unset.invalid';
}
