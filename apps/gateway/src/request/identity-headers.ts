import type { Credential } from '../tokens/credential.js';
import type { Exchange } from './exchange.js';

/** Adds what the gateway alone says about a caller to a flat list of header names and values. */
export function addIdentity(headers: string[], { trace }: Exchange, credential: Credential): string[] {
  headers.push(
    'traceparent',
    trace.traceparent,
    'x-gatehouse-token-id',
    credential.tokenId,
    'x-gatehouse-tenant',
    credential.tenant,
    'x-gatehouse-scope',
    credential.scope,
  );
  if (credential.applicationId !== '')
    headers.push('x-gatehouse-application', safe(credential.applicationId));
  if (credential.userId !== '') headers.push('x-gatehouse-user', safe(credential.userId));
  return headers;
}

/** An outside issuer may call a user anything; a header holds visible ASCII. */
const safe = (text: string): string => (/^[\x21-\x7e]+$/.test(text) ? text : encodeURIComponent(text));
