import type { IncomingHttpHeaders } from 'node:http';
import { KnownNames } from '../../known-names.js';
import { RecentMap } from '../../recent-map.js';
import { PassedFields } from '../passed-fields.js';
import { AnswerMalformed } from './answer-malformed.js';

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LENGTH = /^\d{1,15}$/;
const UNDER_WAY_MS = 1_000;
const EDGES = /^[\t ]+|[\t ]+$/g;

/** How the end of an answer's body is found (RFC 9112 §6.3); a number: after so many bytes. */
export type Framing = number | 'chunked' | 'until-close';

/** What comes before the body of an answer. */
export class AnswerHead {
  private passed: PassedFields | undefined;
  private replaced: ReadonlySet<string> | undefined;

  constructor(
    readonly status: number,
    /** By name in lower case; of those that came more than once, all. Not to be changed: other answers have it too. */
    readonly headers: Readonly<IncomingHttpHeaders>,
    /** Of an answer that may have a body. */
    readonly framing: Framing,
    /** Whether the connection can be used again. */
    readonly keepsAlive: boolean,
    /** For how long the upstream means to wait for the next request, milliseconds; Infinity: it does not say. */
    readonly keepAliveMs: number,
  ) {}

  /** The headers that clients get too, made once as long as they are asked for by one route. */
  passedWithout(replaced: ReadonlySet<string> | undefined): PassedFields {
    if (!this.passed || this.replaced !== replaced) this.passed = new PassedFields(this.headers, replaced);
    this.replaced = replaced;
    return this.passed;
  }
}

/** Larger ones are read anew each time. */
const MAX_KEPT_CHARACTERS = 2 * 1024;
const KEPT = 512;

/** Upstreams answer with the same head again and again, at least for a second. */
const heads = new RecentMap<string, AnswerHead>(KEPT);

/** Upstreams send the same names over and over. Of one that is none: empty. */
const names = new KnownNames((name) => (TOKEN.test(name) ? name.toLowerCase() : ''));

/**
 * The head of an answer (RFC 9112 §4).
 * @param text up to the empty line, without it.
 * @throws AnswerMalformed where two readers could disagree about it.
 */
export function answerHeadOf(text: string): AnswerHead {
  if (text.length > MAX_KEPT_CHARACTERS) return readHead(text);
  const known = heads.get(text);
  if (known) return known;
  const head = readHead(text);
  heads.set(text, head);
  return head;
}

function readHead(text: string): AnswerHead {
  const lineEnd = text.indexOf('\r\n');
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  const [, minor, digits] = STATUS_LINE.exec(line) ?? [];
  if (digits === undefined) throw new AnswerMalformed('its first line is no status line');
  const status = Number(digits);
  const headers = lineEnd < 0 ? {} : readFields(text, lineEnd + 2);
  const keepAliveMs = waitsMs(headers['keep-alive']);
  const framing = framingOf(status, headers);
  const keepsAlive = framing !== 'until-close' && stays(headers, minor) && keepAliveMs > 0;
  return new AnswerHead(status, Object.freeze(headers), framing, keepsAlive, keepAliveMs);
}

/**
 * Reads the fields of a head, or of trailers.
 * @throws AnswerMalformed
 */
export function readFields(text: string, from: number): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (let at = from; at < text.length; ) {
    const next = text.indexOf('\r\n', at);
    const end = next < 0 ? text.length : next;
    const colon = text.indexOf(':', at);
    const name = colon < 0 || colon > end ? '' : names.of(text.slice(at, colon));
    const value = trimmed(text, colon + 1, end);
    if (name === '' || !VALUE.test(value)) throw new AnswerMalformed('one of its headers is none');
    add(headers, name, value);
    at = end + 2;
  }
  return headers;
}

function add(headers: IncomingHttpHeaders, name: string, value: string): void {
  const earlier = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (earlier === undefined && name !== '__proto__') headers[name] = value;
  else if (name === 'connection') headers.connection += `, ${value}`;
  else if (Array.isArray(earlier)) earlier.push(value);
  else if (earlier !== undefined) headers[name] = [earlier, value];
}

function trimmed(text: string, start: number, end: number): string {
  const value = text.slice(text.charCodeAt(start) === 0x20 ? start + 1 : start, end);
  return isEdge(value.charCodeAt(0)) || isEdge(value.charCodeAt(value.length - 1))
    ? value.replaceAll(EDGES, '')
    : value;
}

const isEdge = (code: number): boolean => code === 0x20 || code === 0x09;

function framingOf(status: number, headers: IncomingHttpHeaders): Framing {
  const encoding: unknown = headers['transfer-encoding'];
  const length: unknown = headers['content-length'];
  if (encoding !== undefined && length !== undefined)
    throw new AnswerMalformed('it has a Transfer-Encoding and a Content-Length');
  if (length !== undefined && !(typeof length === 'string' && LENGTH.test(length)))
    throw new AnswerMalformed('its Content-Length is not one number');
  if (status < 200 || status === 204 || status === 304) return 0;
  if (length !== undefined) return Number(length);
  if (encoding === undefined) return 'until-close';
  if (typeof encoding !== 'string' || encoding.toLowerCase() !== 'chunked')
    throw new AnswerMalformed('its Transfer-Encoding is not "chunked"');
  return 'chunked';
}

/** `Keep-Alive: timeout=5`, less what a request may be under way. */
function waitsMs(header: unknown): number {
  const seconds = typeof header === 'string' ? /timeout=(\d{1,6})/.exec(header)?.[1] : undefined;
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000 - UNDER_WAY_MS;
}

function stays({ connection }: IncomingHttpHeaders, minor: string | undefined): boolean {
  if (connection === undefined) return minor === '1';
  const options = connection.toLowerCase();
  if (options === 'keep-alive') return true;
  return minor === '1' && !/(^|,)[\t ]*close[\t ]*(,|$)/.test(options);
}
