import { parseOpaqueToken } from '@gatehouse/kernel';
import { readJws } from '../tokens/strict-jwt.js';

/** A target without its query. */
export function pathOfTarget(target: string): string {
  const queryStart = target.indexOf('?');
  return queryStart < 0 ? target : target.slice(0, queryStart);
}

/** Anything that could make two parsers disagree about a path; most targets hold none of it. */
const SUSPECT = /[%\\#]|\/\.|[^\x21-\x7e]/;
const ENCODED_SEPARATOR = /%(?:2f|5c|00)/i;
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;
/** `..;x` is a dot segment to servlet containers. */
const DOT_SEGMENT = /\/\.{1,2}(?:\/|;|$)/;

/**
 * Why a request target (RFC 9112 §3.2) is ambiguous, or `undefined`. Only origin-form is taken: a path that starts
 * with "/" and means the same to everybody.
 */
export function targetFlaw(target: string, path: string): string | undefined {
  if (target.charCodeAt(0) !== 0x2f)
    return 'The request target must be a path; send the host in the Host header.';
  if (!SUSPECT.test(path)) return target.length === path.length ? undefined : queryFlaw(target);
  if (/[\\#]/.test(path) || /[^\x21-\x7e]/.test(path))
    return 'The path holds a character that must be percent-encoded.';
  if (ENCODED_SEPARATOR.test(path)) return 'The path holds an encoded slash, backslash or NUL.';
  if (BAD_ESCAPE.test(path)) return 'The path holds a "%" that is not an escape.';
  if (DOT_SEGMENT.test(path.replaceAll(/%2e/gi, '.'))) return 'The path holds a dot segment.';
  return queryFlaw(target);
}

const queryFlaw = (target: string): string | undefined =>
  /[^\x21-\x7e]|#/.test(target) ? 'The query holds a character that must be percent-encoded.' : undefined;

/** Whether the query carries a bearer token (RFC 6750 §2.3, which RFC 9700 §4.3.2 forbids), however it is spelled. */
export function hasTokenInQuery(query: string): boolean {
  if (!/token|%/i.test(query)) return false;
  return query.split('&').some((pair) => nameOf(pair).toLowerCase() === 'access_token');
}

/** Whether a query carries something that can only be a token, under whatever name. */
export const hasTokenValue = (query: string): boolean =>
  query.split('&').some((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1);
    return parseOpaqueToken(value) !== undefined || readJws(value) !== undefined;
  });

/** A bare word in a query longer than this is taken for a value. */
const LONGEST_NAME = 40;

/** No token of ours is shorter. */
const SHORTEST_TOKEN = 44;
/** Tokens of ours, and JWTs: nothing else looks like them. Both begin at the start of a word, so that a long text takes no longer. */
const TOKENS = /\b[a-z][a-z0-9]{1,15}_[a-z]{2,8}_[0-9A-Za-z]{38}\b|\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** A target or URL as it may be kept: with its query's names but not its values, and without tokens in its path. */
export function withoutSecrets(url: string): string {
  const kept = withoutQueryValues(url);
  return kept.length < SHORTEST_TOKEN ? kept : kept.replace(TOKENS, '…');
}

function withoutQueryValues(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  return `${url.slice(0, start)}?${url
    .slice(start + 1)
    .split('&')
    .map(nameOnly)
    .join('&')}`;
}

function nameOnly(pair: string): string {
  const end = pair.indexOf('=');
  if (end >= 0) return `${pair.slice(0, end)}=`;
  return pair.length > LONGEST_NAME ? '…' : pair;
}

function nameOf(pair: string): string {
  const name = pair.split('=', 1)[0]!;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
