import type { Dispatcher } from 'undici';
import type { Exchange } from '../request/exchange.js';
import type { Credential } from '../tokens/credential.js';
import { UpstreamGroup } from './group/upstream-group.js';
import type { SentRequest } from './send.js';
import type { UpstreamTarget } from './upstream-target.js';

/** How requests are sent, and their answers handed on. */
export type DispatchOf = (
  exchange: Exchange,
  credential: Credential,
  request: SentRequest,
) => (handler: Dispatcher.DispatchHandler) => void;

/** Chosen once for each route: what a plain URL gets is its connections and nothing besides. */
export function dispatchTo({ to }: UpstreamTarget): DispatchOf {
  if (to instanceof UpstreamGroup)
    return (exchange, credential, request) => to.senderOf(exchange, credential, request);
  return (_exchange, _credential, request) => (handler) => void to.dispatch(request, handler);
}
