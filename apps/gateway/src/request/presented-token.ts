import type { KeyHeader } from '../routes/key-header.js';
import type { Refusal } from './refusal.js';
import { malformed, refusals } from './refusals.js';
import type { RequestHead } from './request-head.js';

const AUTHORIZATION = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*) *$/i;

/** How a token came. */
export type Presentation = 'Bearer' | 'DPoP' | 'key';

/** A request that may carry a token. */
interface Presenting {
  readonly head: RequestHead;
  /** The head to take something out of. */
  ownHead(): RequestHead;
  presentedAs: Presentation;
}

/**
 * The token a request carries, or why none can be taken from it. A token that is not well-formed is found out when it
 * is resolved; one that is remembered is.
 */
export function presentedToken(exchange: Presenting, keyHeader: KeyHeader | undefined): string | Refusal {
  return keyHeader ? keyOrAuthorization(exchange, keyHeader) : fromAuthorization(exchange);
}

/** RFC 6750 §2.1, RFC 9449 §7.1. */
function fromAuthorization(exchange: Presenting): string | Refusal {
  const { authorization, bearer } = exchange.head;
  if (authorization === undefined) return refusals.tokenMissing;
  if (bearer !== undefined) return bearer;
  const [, scheme, token] = AUTHORIZATION.exec(authorization) ?? [];
  if (token === undefined)
    return /^(bearer|dpop) /i.test(authorization) ? refusals.tokenMalformed : refusals.tokenMissing;
  if (scheme?.toLowerCase() === 'dpop') exchange.presentedAs = 'DPoP';
  return token;
}

/** RFC 6750 §2: a token is sent in one way. */
function keyOrAuthorization(exchange: Presenting, header: KeyHeader): string | Refusal {
  const head = exchange.ownHead();
  const [key, ...more] = header.takeFrom(head);
  if (key === undefined)
    return head.authorization === undefined ? header.missing : fromAuthorization(exchange);
  if (more.length > 0 || head.authorization !== undefined) return malformed('More than one token was sent.');
  exchange.presentedAs = 'key';
  return key;
}
