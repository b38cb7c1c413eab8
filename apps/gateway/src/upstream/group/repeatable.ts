import { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { Exchange } from '../../request/exchange.js';
import { StreamRefused } from '../http2-call.js';

/** RFC 9110 §9.2.2. */
const IDEMPOTENT_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Whether a request does no more when it is done twice, and can be sent twice. */
export const isRepeatable = ({ hasBody, method }: Pick<Exchange, 'hasBody' | 'method'>): boolean =>
  !hasBody && IDEMPOTENT_METHODS.has(method);

/** Whether nothing of a request's body has gone anywhere. */
export const isWhole = ({ body }: Pick<Dispatcher.DispatchOptions, 'body'>): boolean =>
  !(body instanceof Readable) || (!body.readableDidRead && !body.destroyed);

/**
 * Whether the target cannot have begun with the request: there was no connection, or it says so (RFC 9113 §8.7). Such a
 * one may be sent again, whatever its method.
 */
export const isUnprocessed = (error: Error): boolean =>
  error instanceof StreamRefused ||
  error instanceof errors.ConnectTimeoutError ||
  error instanceof AggregateError || // of several addresses none
  ('syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo'));
