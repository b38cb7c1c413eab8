import { logInstant } from './log-instant.js';
import { unescapeLogText } from './unescape.js';

/** One line of an access log. Text is as the client sent it, one character a byte. */
export interface AccessLogEntry {
  /** Address, or name where the server looked names up. */
  client: string;
  /** Milliseconds since the epoch; `undefined` where the time cannot be read. */
  atMs: number | undefined;
  method: string;
  target: string;
  status: number;
  /** Bytes of the answer's body; 0 for `-`. */
  bytes: number;
  /** Empty where it was not sent. */
  referrer: string;
  userAgent: string;
}

/** A quoted field: a backslash takes the next character with it. */
const TEXT = String.raw`((?:[^"\\]|\\.)*)`;
/**
 * Combined format: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`. Referrer and agent may be missing (common
 * format) or cut off in the middle (a full disk, a rotated file); whatever follows them is passed over.
 */
const LINE = new RegExp(
  String.raw`^(\S+) \S+ [^\[]*\[([^\]]*)\] "${TEXT}" (\d{3}) (\d{1,15}|-)(?: "${TEXT}(?:" "${TEXT})?)?`,
);
/** The version may be missing (HTTP/0.9); spaces that a client left in the target belong to it. */
const REQUEST = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (.*?)(?: HTTP\/\d(?:\.\d)?)?$/;

/** Reads one line of an Apache or nginx access log; `undefined` where no request can be made of it. */
export function parseAccessLogLine(line: string): AccessLogEntry | undefined {
  const [, client, time, request, status, bytes, referrer = '-', userAgent = '-'] = LINE.exec(line) ?? [];
  const [, method, target] = REQUEST.exec(unescapeLogText(request ?? '')) ?? [];
  if (client === undefined || !method || !target) return undefined;
  return {
    client,
    atMs: logInstant(time ?? ''),
    method,
    target,
    status: Number(status),
    bytes: bytes === '-' ? 0 : Number(bytes),
    referrer: valueOf(referrer),
    userAgent: valueOf(userAgent),
  };
}

const valueOf = (text: string): string => (text === '-' ? '' : unescapeLogText(text));
