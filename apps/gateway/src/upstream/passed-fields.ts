import type { IncomingHttpHeaders } from 'node:http';
import { fieldLines } from '../request/field-lines.js';

/** Hop by hop (RFC 9110 §7.6.1); the request id is the gateway's. */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'transfer-encoding',
  'trailer',
  'te',
  'upgrade',
  'x-request-id',
]);

/** The headers of an upstream's answer that clients get too. */
export class PassedFields {
  /** Flat list of names, in lower case, and values. */
  readonly list: readonly string[];
  /** The length of the body is among them … */
  readonly hasLength: boolean;
  /** … and the time. */
  readonly hasDate: boolean;
  private text: string | undefined;

  /** @param replaced names that the gateway alone says. */
  constructor(headers: IncomingHttpHeaders, replaced: ReadonlySet<string> | undefined) {
    const named = namedBy(headers.connection);
    const list: string[] = [];
    for (const name in headers) {
      if (DROPPED.has(name) || named?.has(name) || replaced?.has(name)) continue;
      const value = headers[name];
      if (typeof value === 'string') list.push(name, value);
      else if (value) for (const one of value) list.push(name, one);
    }
    this.list = list;
    this.hasLength = list.includes('content-length');
    this.hasDate = list.includes('date');
  }

  /** The same as lines of a head. @throws TypeError for a value that would not stay in its line. */
  get lines(): string {
    this.text ??= fieldLines(this.list);
    if (this.text === undefined)
      throw new TypeError('a header of the answer has a value that cannot be sent');
    return this.text;
  }
}

/** What Connection names is meant for this hop only. */
function namedBy(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  const options = connection.toLowerCase().split(',');
  return new Set(options.map((option) => option.trim()));
}
