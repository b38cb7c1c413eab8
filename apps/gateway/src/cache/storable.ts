import type { IncomingHttpHeaders } from 'node:http';
import type { CacheSpec } from '@gatehouse/contracts';
import CachePolicy from 'http-cache-semantics';
import { textOf } from '../upstream/text-of.js';
import { wallClockMs } from '../wall-clock.js';
import type { Asked, FieldMap } from './asked.js';

/** What RFC 9111 says of an answer that may be kept. */
export interface Storable {
  readonly policy: CachePolicy;
  /** It may not be used stale, whatever anybody else says (§4.2.4). */
  readonly neverStale: boolean;
  /** The request headers that the answer was chosen by (§4.1), and what they were. */
  readonly selectedBy: Readonly<Record<string, string | undefined>>;
}

const EVENTS = /^text\/event-stream\b/i;

/** A clock that is set back makes nothing fresh again. */
class SteadyPolicy extends CachePolicy {
  now(): number {
    return wallClockMs();
  }
}

/** Nothing is guessed (§4.2.2): an answer that does not say how long it is fresh is asked about each time. */
const NO_GUESSES = { cacheHeuristic: 0, immutableMinTimeToLive: 0 };

/** @returns `undefined` when the answer must not be kept, or would be of no use. */
export function storable(
  asked: Asked,
  status: number,
  headers: IncomingHttpHeaders,
  { shareBy, defaultSeconds }: CacheSpec,
): Storable | undefined {
  const vary = variedBy(headers.vary);
  // A cookie is for whom it was set; a stream of events has no end to wait for.
  if (vary.includes('*') || headers['set-cookie'] || EVENTS.test(textOf(headers['content-type'])))
    return undefined;
  const { text, mayBeShared, neverStale } = directivesOf(headers, defaultSeconds);
  const selectedBy = Object.fromEntries(vary.map((name) => [name, asked.headers[name]]));
  // Every caller has a token. That one's answer goes to another is for the answer to allow (§3.5), or for the route.
  const isAuthorised = shareBy === 'none' && !mayBeShared;
  const request = pick(asked.headers, ['cache-control', 'pragma']);
  const policy = new SteadyPolicy(
    { method: 'GET', headers: isAuthorised ? { ...request, authorization: 'sent' } : request },
    { status, headers: { ...pick(headers, FRESHNESS), ...(text !== '' && { 'cache-control': text }) } },
    { ...NO_GUESSES, shared: shareBy !== 'token' },
  );
  if (!policy.storable()) return undefined;
  const isOfUse =
    policy.timeToLive() > 0 || headers.etag !== undefined || headers['last-modified'] !== undefined;
  return isOfUse ? { policy, neverStale, selectedBy } : undefined;
}

/** What a policy needs to know of an answer, beside its directives. */
const FRESHNESS = ['age', 'date', 'expires', 'pragma', 'last-modified', 'etag'];

const STALE = /^stale-(while-revalidate|if-error)(=|$)/;
const REVALIDATE = /^(must|proxy)-revalidate$/;
const NEVER_STALE = /^((must|proxy)-revalidate$|no-cache(=|$))/;

/**
 * Directives as http-cache-semantics reads them. It would have what must be revalidated revalidated even while it is
 * fresh, which §5.2.2.2 does not ask for; so what must not be used stale is told apart here.
 */
function directivesOf(headers: IncomingHttpHeaders, defaultSeconds: number | undefined) {
  const { 'cache-control': given, expires, pragma } = headers;
  if (given === undefined && expires === undefined && pragma === undefined && defaultSeconds !== undefined)
    return { text: `max-age=${defaultSeconds}`, mayBeShared: false, neverStale: false };
  const all = textOf(given)
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim())
    .filter(Boolean);
  const neverStale = all.some((directive) => NEVER_STALE.test(directive));
  const kept = all.filter((one) => !REVALIDATE.test(one) && !(neverStale && STALE.test(one)));
  // Of those taken out here, this one lets others have the answer (§3.5).
  return { text: kept.join(', '), mayBeShared: all.includes('must-revalidate'), neverStale };
}

/** Names of request headers, in lower case. */
const variedBy = (vary: string | string[] | undefined): string[] =>
  textOf(vary)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

const pick = (headers: IncomingHttpHeaders | FieldMap, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, textOf(headers[name])]])),
  );
