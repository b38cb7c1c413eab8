import { isIP } from 'node:net';
import type { AccessLogEntry } from '../access-log/access-log-entry.js';

/** A logged request as it is sent to the gateway. */
export interface ReplayRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
}

/** Where the gateway has its replay route. */
const PREFIX = '/replay';
/** What RFC 3986 §3.3 and §3.4 leave out of paths and queries; `%`, `[` and `]` are left to the gateway. */
const NOT_IN_TARGET = /[^\x21-\x7e]|["#<>\\^`{|}]/g;
/** What may not stand in a field value (RFC 9110 §5.5). */
const NOT_IN_FIELD = /[^\t\x20-\x7e\x80-\xff]/g;

/** The request that stands for a logged one; the upstream answers with its status and size. */
export function replayRequest(entry: AccessLogEntry, token: string): ReplayRequest {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    'x-replay-status': String(entry.status),
    'x-replay-bytes': String(entry.bytes),
  };
  if (isIP(entry.client)) headers['x-forwarded-for'] = entry.client;
  if (entry.userAgent) headers['user-agent'] = fieldValue(entry.userAgent);
  if (entry.referrer) headers['referer'] = fieldValue(entry.referrer);
  return { method: entry.method, path: PREFIX + originForm(entry.target), headers };
}

/** Re-encodes only what HTTP forbids, so that the gateway sees the target as it was logged. */
function originForm(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const encoded = path.replaceAll(NOT_IN_TARGET, percentEncoded);
  return encoded.startsWith('/') ? encoded : `/${encoded}`;
}

/** One character is one byte of the log. */
const percentEncoded = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

const fieldValue = (text: string): string => text.replaceAll(NOT_IN_FIELD, '?').trim();
