import type { Credential } from '../tokens/credential.js';
import type { Exchange } from './exchange.js';
import { fieldLines } from './field-lines.js';

/** What the gateway alone says about the holder of a token, made once for each. */
export interface IdentityFields {
  /** Flat list of names and values. */
  readonly list: readonly string[];
  /** The same as lines of a head; `undefined`: what an outside issuer says does not fit in one. */
  readonly lines: string | undefined;
}

/** Adds what the gateway alone says about a caller to a flat list of header names and values. */
export function addIdentity(headers: string[], { trace }: Exchange, credential: Credential): string[] {
  headers.push('traceparent', trace.traceparent, ...identityOf(credential).list);
  return headers;
}

/** About the holder of a token. */
export function identityOf(credential: Credential): IdentityFields {
  return (credential.identity ??= identityFields(credential));
}

function identityFields({ tokenId, tenant, scope, applicationId, userId }: Credential): IdentityFields {
  const list = ['x-gatehouse-token-id', tokenId, 'x-gatehouse-tenant', tenant, 'x-gatehouse-scope', scope];
  if (applicationId !== '') list.push('x-gatehouse-application', safe(applicationId));
  if (userId !== '') list.push('x-gatehouse-user', safe(userId));
  return { list, lines: fieldLines(list) };
}

/** An outside issuer may call a user anything; a header holds visible ASCII. */
const safe = (text: string): string => (/^[\x21-\x7e]+$/.test(text) ? text : encodeURIComponent(text));
