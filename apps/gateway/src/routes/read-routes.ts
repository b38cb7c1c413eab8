import { LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { RoutesFile } from './routes-file.js';
import { offsetOf } from './yaml-place.js';

const VARIABLE = /\$\{([^}]*)\}/g;
const MAX_MISTAKES = 10;

/** gateway.yaml breaks a rule; the message has one line per mistake: `file:line:column field: rule`. */
export class RoutesRejected extends Error {
  constructor(mistakes: readonly string[]) {
    super(mistakes.slice(0, MAX_MISTAKES).join('\n'));
    this.name = 'RoutesRejected';
  }
}

/**
 * Reads the text of gateway.yaml.
 * @param file named in errors.
 * @param variables what `${NAME}` stands for.
 * @throws RoutesRejected with the place of every mistake.
 */
export function readRoutes(text: string, file: string, variables: ReadonlyMap<string, string>): RoutesFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors.map((error) => `${at(error.pos[0])} ${error.message}`);
  if (broken.length > 0) throw new RoutesRejected(broken);

  const unknown: string[] = [];
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string') return;
      node.value = node.value.replace(VARIABLE, (reference, name: string) => {
        const value = variables.get(name);
        if (value === undefined)
          unknown.push(
            `${at(node.range?.[0] ?? 0)} ${reference}: no variable UPSTREAM_… of this name is set`,
          );
        return value ?? reference;
      });
    },
  });
  if (unknown.length > 0) throw new RoutesRejected(unknown);

  // Aliases could blow a small file up to gigabytes: https://en.wikipedia.org/wiki/Billion_laughs_attack
  const result = RoutesFile.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (result.success) return result.data;
  throw new RoutesRejected(
    result.error.issues
      .flatMap(pointed)
      .map((issue) => `${at(offsetOf(document, issue))} ${fieldOf(issue)}: ${issue.message}`),
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

const fieldOf = (issue: z.core.$ZodIssue): string =>
  issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'the file';
