import type { CacheSpec } from '@gatehouse/contracts';
import type { Exchange } from '../request/exchange.js';
import type { RequestHead } from '../request/request-head.js';
import type { Credential } from '../tokens/credential.js';
import { type Asked, fieldsOf } from './asked.js';

/** What it looks at of a call. */
interface Request {
  readonly exchange: Pick<Exchange, 'scheme' | 'target'> & { readonly head: Pick<RequestHead, 'host'> };
  readonly credential: Caller;
  readonly request: { readonly headers: readonly string[] };
}

type Caller = Pick<
  Credential,
  'tokenId' | 'keyId' | 'introspected' | 'userId' | 'applicationId' | 'scope' | 'scopes'
>;

/** A credential is remembered as long as its token is used. */
const callers = new WeakMap<Caller, string>();

/** Sets of scopes are shared by all tokens that have the same. */
const inOrder = new WeakMap<ReadonlySet<string>, string>();

/** What {@link Asking} needs. */
export interface AskingOptions {
  readonly tenant: string;
  readonly route: string;
  readonly shareBy: CacheSpec['shareBy'];
  /** Of the route as it is written now: what was kept under another says nothing any more. */
  readonly edition: number;
  /** The route's own header for tokens. */
  readonly keyHeader: string | undefined;
}

/** Says under which key the answers to a route's requests are kept. */
export class Asking {
  /** The upstream does not see them; that it varies by them means that it varies by the token. */
  private readonly ofToken: readonly string[];

  constructor(private readonly options: AskingOptions) {
    const own = options.keyHeader === undefined ? [] : [options.keyHeader.toLowerCase()];
    this.ofToken = ['authorization', 'dpop', ...own];
  }

  of({ exchange, credential, request }: Request): Asked {
    const { tenant, route, edition } = this.options;
    const headers = fieldsOf(request.headers);
    for (const name of this.ofToken) headers[name] = callerOf(credential);
    return {
      tenant,
      route,
      target: exchange.target,
      uri: `${tenant} ${uriOf(exchange)}`,
      share: `${edition} ${this.sharerOf(credential)}`,
      headers,
    };
  }

  private sharerOf(credential: Caller): string {
    const { shareBy } = this.options;
    if (shareBy === 'token') return callerOf(credential);
    return shareBy === 'scopes' ? scopesInOrder(credential.scopes) : '';
  }
}

/** RFC 9110 §7.1. */
export const uriOf = ({ scheme, head, target }: Request['exchange']): string =>
  `${scheme}://${(head.host ?? '').toLowerCase()}${target}`;

/**
 * One token and what the upstream is told of it. Its id alone will not do: outside issuers see to it that theirs are
 * unique, each among its own, and what a token may do can change.
 */
function callerOf(credential: Caller): string {
  const known = callers.get(credential);
  if (known !== undefined) return known;
  const { tokenId, keyId, introspected, userId, applicationId, scope } = credential;
  const text = JSON.stringify([tokenId, keyId, introspected?.by.spec.url, userId, applicationId, scope]);
  callers.set(credential, text);
  return text;
}

function scopesInOrder(scopes: ReadonlySet<string>): string {
  const known = inOrder.get(scopes);
  if (known !== undefined) return known;
  const text = [...scopes].toSorted().join(' ');
  inOrder.set(scopes, text);
  return text;
}
