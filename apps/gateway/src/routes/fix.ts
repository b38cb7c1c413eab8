import { closestMatch } from 'leven';
import { z } from 'zod';
import { RoutesFile } from './routes-file.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What would set a mistake right; `null` where its rule says so already. */
export function fixOf(issue: z.core.$ZodIssue): string | null {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => spellingOf(key, namesAt(issue.path))).join('; ');
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? `add ${String(issue.path.at(-1) ?? 'it')}`
        : (WRITTEN[issue.expected] ?? null);
    case 'invalid_value':
      return `write ${issue.values.map(String).join(' or ')}`;
    case 'invalid_union':
      return joined(issue.errors.map(([first]) => first && fixOf(first)));
    case 'too_small':
    case 'too_big':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return null;
  }
}

/** Of what may be written in several ways, each way once. */
function joined(fixes: readonly (string | null | undefined)[]): string | null {
  const said = new Set(fixes.filter((fix) => typeof fix === 'string'));
  return said.size > 0 ? [...said].join(', or ') : null;
}

const WRITTEN: Readonly<Record<string, string>> = {
  array: 'write a list: [a, b]',
  object: 'write fields and values: { name: value }',
  record: 'write fields and values: { name: value }',
  string: 'write a text; put it in quotes if it looks like a number or begins with * or &',
  number: 'write a number without quotes',
  int: 'write a whole number without quotes',
  boolean: 'write true or false',
};

function spellingOf(key: string, known: readonly string[]): string {
  const meant = closestMatch(key, known, { maxDistance: Math.max(2, Math.ceil(key.length / 3)) });
  return meant === undefined ? `take ${key} out: ${known.join(', ')} are known here` : `write ${meant}`;
}

let ofFile: JsonSchema[] | undefined;

/** Names of the fields that may stand at a place. */
function namesAt(path: readonly PropertyKey[]): string[] {
  let here = (ofFile ??= waysOf(z.toJSONSchema(RoutesFile, { io: 'input' })));
  for (const part of path) here = here.flatMap((schema) => partOf(schema, part));
  return [...new Set(here.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function partOf({ properties, items, additionalProperties }: JsonSchema, part: PropertyKey): JsonSchema[] {
  const inner = typeof part === 'number' ? items : (properties?.[String(part)] ?? additionalProperties);
  return typeof inner === 'object' && !Array.isArray(inner) ? waysOf(inner) : [];
}

/** A schema and all it may be instead. */
const waysOf = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...(schema.anyOf ?? []).flatMap((way) => (typeof way === 'object' ? waysOf(way) : [])),
];
