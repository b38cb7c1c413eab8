import type { Dispatcher } from 'undici';
import type { Exchange } from '../request/exchange.js';
import type { Credential } from '../tokens/credential.js';
import type { Copied } from './mirror/mirror.js';

/** A request as it goes upstream. */
export type SentRequest = Dispatcher.DispatchOptions & Copied;

/** Sends a request on; the answer comes to the handler. */
export type Send = (request: SentRequest, handler: Dispatcher.DispatchHandler) => void;

/** One request on its way to an answer. */
export interface Call {
  readonly exchange: Exchange;
  readonly credential: Credential;
  readonly request: SentRequest;
  readonly send: Send;
  /** Gets the answer. */
  readonly handler: Dispatcher.DispatchHandler;
}
