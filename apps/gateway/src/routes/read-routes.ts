import type { z } from 'zod';
import { ConfigDocument } from './config-document.js';
import { fixOf } from './fix.js';
import { RoutesFile } from './routes-file.js';
import { offsetOf } from './yaml-place.js';

/**
 * Reads the text of gateway.yaml.
 * @param file named in errors.
 * @param variables what `${NAME}` stands for.
 * @throws RoutesRejected with the place of every mistake.
 */
export function readRoutes(text: string, file: string, variables: ReadonlyMap<string, string>): RoutesFile {
  const document = new ConfigDocument(text, file);
  document.fill(variables);
  const result = RoutesFile.safeParse(document.value());
  if (result.success) return result.data;
  throw document.rejected(
    result.error.issues
      .flatMap(pointed)
      .map((issue) =>
        document.at(
          offsetOf(document.tree, issue),
          fieldOf(issue.path) || 'the file',
          issue.message,
          fixOf(issue),
        ),
      ),
  );
}

/** The mistakes within an issue: of what may be written in several ways, those in the way it was written. */
function pointed(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => ({ ...inner, path: issue.path }));
  if (issue.code !== 'invalid_union') return [issue];
  const meant = closest(issue.errors);
  return meant
    ? meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(pointed)
    : [issue];
}

/** Of several ways the one that what was written has the fields of; `undefined`: several, or none. */
function closest(ways: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const strangers = ways.map(strangersIn);
  const least = Math.min(...strangers);
  const alike = ways.filter((_, i) => strangers[i] === least);
  return least < Number.POSITIVE_INFINITY && alike.length === 1 ? alike[0] : undefined;
}

/** How many fields are missing, or there and not known; of something else altogether, more than any. */
const strangersIn = (mistakes: readonly z.core.$ZodIssue[]): number =>
  mistakes.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return issue.path.length === 0 ? sum + issue.keys.length : sum;
    if (issue.code !== 'invalid_type') return sum;
    if (issue.path.length === 0) return Number.POSITIVE_INFINITY;
    return issue.path.length === 1 && issue.message.endsWith('received undefined') ? sum + 1 : sum;
  }, 0);

/** Such as `routes[0].path`. */
export const fieldOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
