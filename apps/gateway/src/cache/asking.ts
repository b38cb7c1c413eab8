import type { Credential } from '../tokens/credential.js';
import { type Asked, fieldsOf } from './asked.js';
import type { CacheSpec } from './cache-spec.js';
import type { Call } from '../upstream/send.js';

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

  of({ exchange, credential, request }: Pick<Call, 'exchange' | 'credential' | 'request'>): Asked {
    const { tenant, route, edition } = this.options;
    const headers = fieldsOf(request.headers);
    for (const name of this.ofToken) headers[name] = credential.tokenId;
    return {
      tenant,
      route,
      target: exchange.target,
      uri: `${tenant} ${uriOf(exchange)}`,
      share: `${edition} ${this.sharerOf(credential)}`,
      headers,
    };
  }

  private sharerOf({ tokenId, scopes }: Credential): string {
    const { shareBy } = this.options;
    if (shareBy === 'token') return tokenId;
    return shareBy === 'scopes' ? scopesInOrder(scopes) : '';
  }
}

/** RFC 9110 §7.1. */
export const uriOf = ({ scheme, head, target }: Call['exchange']): string =>
  `${scheme}://${(head.host ?? '').toLowerCase()}${target}`;

function scopesInOrder(scopes: ReadonlySet<string>): string {
  const known = inOrder.get(scopes);
  if (known !== undefined) return known;
  const text = [...scopes].toSorted().join(' ');
  inOrder.set(scopes, text);
  return text;
}
