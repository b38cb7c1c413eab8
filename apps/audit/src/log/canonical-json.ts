import { createRequire } from 'node:module';

// The package is CommonJS, but its types say "export default": an import would type-check as what it is not.
const serialize = createRequire(import.meta.url)('canonicalize') as (value: unknown) => string | undefined;

/** `\udXXX` that is an escape itself, not the text behind an escaped backslash. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * The one form of a JSON value (RFC 8785), so that whoever holds the value can compute the same hash.
 * @param value as JSON.parse gave it.
 * @throws TypeError for what has no canonical form: numbers that are not finite, strings that are not Unicode (§3.2.2.2).
 */
export function canonicalJson(value: unknown): string {
  const text = textOf(value);
  // JSON.stringify escapes a surrogate only when its other half is missing.
  if (text.includes('\\ud') && LONE_SURROGATE.test(text))
    throw new TypeError('a string holds half of a surrogate pair');
  return text;
}

function textOf(value: unknown): string {
  try {
    const text = serialize(value);
    if (text !== undefined) return text;
  } catch (error) {
    throw new TypeError('the value has no canonical form', { cause: error });
  }
  throw new TypeError('there is no value');
}
