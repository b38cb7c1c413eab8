import { type HeaderBlock, headerBlockOf } from './header-block.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const TARGET = /^\/[\x21-\x7e]*$/;
const VERSION = ' HTTP/1.1';
/** The body of a request is waited for so long as it can come in one piece. */
const MAX_BODY_BYTES = 64 * 1024;

/** A request that every parser reads alike. */
export interface PlainRequest {
  readonly method: string;
  readonly target: string;
  readonly block: HeaderBlock;
  /** Where the body begins … */
  readonly bodyStart: number;
  /** … and where the request ends. */
  readonly end: number;
}

/**
 * Reads a request (RFC 9112) at the front of what has come, if it is whole and nothing about it is out of the ordinary:
 * a well-known method, a path, lines that end in CRLF, names that are tokens, values of visible text, a body of known
 * length or none.
 * @returns `more` when the rest of a small body is on its way; `undefined` for whatever else: Node's parser reads it, waits for the rest of it, or refuses it.
 */
export function readRequest(bytes: Buffer, maxHeadBytes: number): PlainRequest | 'more' | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (headEnd < 0 || headEnd > maxHeadBytes) return undefined;
  const lineEnd = bytes.indexOf('\r\n', 0, 'latin1');
  const line = bytes.toString('latin1', 0, lineEnd);
  const methodEnd = line.indexOf(' ');
  const method = line.slice(0, methodEnd);
  const target = line.slice(methodEnd + 1, -VERSION.length);
  if (!METHODS.has(method) || !TARGET.test(target) || !line.endsWith(VERSION)) return undefined;
  const block = headerBlockOf(lineEnd < headEnd ? bytes.toString('latin1', lineEnd + 2, headEnd) : '');
  if (!block) return undefined;
  const bodyStart = headEnd + 4;
  const end = bodyStart + block.length;
  if (end > bytes.length) return block.length > MAX_BODY_BYTES ? undefined : 'more';
  return { method, target, block, bodyStart, end };
}
