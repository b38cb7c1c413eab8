import { errors } from 'undici';
import { KnownNames } from '../../known-names.js';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const TARGET = /^[\x21-\x7e]+$/;
/** Of these an upstream expects to hear that there is no body (RFC 9110 §8.6). */
const BODY_METHODS = new Set(['POST', 'PUT', 'PATCH']);

/** `ours`: the connection says it. */
type NameKind = 'plain' | 'ours' | 'none';
const kinds = new KnownNames<NameKind>((name) => {
  if (/^(host|content-length|connection|transfer-encoding)$/i.test(name)) return 'ours';
  return TOKEN.test(name) ? 'plain' : 'none';
});

/**
 * Header fields as lines of a head (RFC 9112 §5), but for those that belong to the connection.
 * @param headers flat list of names and values.
 * @throws errors.InvalidArgumentError for what would be read as something else.
 */
export function linesOf(headers: readonly string[]): string {
  let lines = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    const kind = kinds.of(name);
    if (kind === 'none' || !VALUE.test(value))
      throw new errors.InvalidArgumentError(`invalid header ${name}`);
    if (kind === 'plain') lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/**
 * The head of a request as it goes over the wire (RFC 9112 §3).
 * @param lines its header fields, as {@link linesOf} makes them.
 * @throws errors.InvalidArgumentError for a path that is none.
 */
export function requestText(
  { method, path, lines, body }: { method: string; path: string; lines: string; body: Buffer | null },
  host: string,
): string {
  if (!TARGET.test(path)) throw new errors.InvalidArgumentError('invalid request path');
  const length = body || BODY_METHODS.has(method) ? `content-length: ${body?.length ?? 0}\r\n` : '';
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${length}${lines}\r\n`;
}
