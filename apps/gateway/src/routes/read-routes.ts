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
  const meant = issue.errors.filter(
    (mistakes) => !mistakes.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return meant.length === 1
    ? meant[0]!.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(pointed)
    : [issue];
}

/** Such as `routes[0].path`. */
export const fieldOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
