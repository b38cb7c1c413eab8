import type { Exchange } from '../request/exchange.js';
import type { PathPattern } from '../routes/path-pattern.js';
import type { Holder } from '../tokens/credential.js';
import { type Variable, variableOf } from './variables.js';

/** Makes a text of what is known of a request. */
export type Template = (exchange: Exchange, holder: Holder) => string;

/** How a value is written where the template's text goes, so that no value can change what stands around it. */
export interface Place {
  /** Of a part of the client's path, which comes percent-encoded. */
  readonly ofPath: (encoded: string) => string;
  readonly ofText: (text: string) => string;
}

/** A name in braces. */
const VARIABLE = /\{([^{}]*)\}/;

/** Names that a template holds. */
export const variablesIn = (template: string): string[] =>
  template.split(VARIABLE).filter((_, i) => i % 2 === 1);

/** Takes a template apart once. Every name in it has to be a variable of the route. */
export function templateOf(template: string, path: PathPattern, { ofPath, ofText }: Place): Template {
  const parts = template.split(VARIABLE);
  if (parts.length === 1) return () => template;
  const pieces = parts.map((part, i): string | Template => {
    const variable = i % 2 === 0 ? undefined : variableOf(part, path);
    return variable ? written(variable, variable.isEncoded ? ofPath : ofText) : part;
  });
  return (exchange, holder) => {
    let made = '';
    for (const piece of pieces) made += typeof piece === 'string' ? piece : piece(exchange, holder);
    return made;
  };
}

const written =
  ({ read }: Variable, write: (text: string) => string): Template =>
  (exchange, holder) =>
    write(read(exchange, holder));

/** Characters that a path may hold as they are (RFC 3986 §3.3), a slash, and escapes. */
const NOT_PATH = /[^A-Za-z0-9._~!$&'()*+,;=:@/%-]/g;

/** In a path a parameter stays as it is: free of dot segments and encoded slashes (`request/request-target.ts`). */
export const IN_PATH: Place = {
  ofPath: (encoded) => encoded.replaceAll(NOT_PATH, encodeURIComponent),
  ofText: encodeURIComponent,
};

export const IN_QUERY: Place = {
  ofPath: (encoded) => encodeURIComponent(decoded(encoded)),
  ofText: encodeURIComponent,
};

/** A header holds visible ASCII: nothing that ends a line, whatever an outside issuer calls a user. */
export const IN_HEADER: Place = {
  ofPath: (encoded) => encoded,
  ofText: (text) => (/^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(text)),
};

/** As it is meant, for what is encoded as a whole. */
export const AS_TEXT: Place = { ofPath: decoded, ofText: (text) => text };

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
