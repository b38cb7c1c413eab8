import { errors } from 'undici';
import { StreamRefused } from '../http2-call.js';
import type { Occasion } from './retry-spec.js';

/** Said by the system or by TLS before a request could be sent. */
const NO_CONNECTION = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EADDRNOTAVAIL)$/;

/** What kind of failure an error is; `undefined`: none that a retry could help. */
export function occasionOf(error: Error): Occasion | undefined {
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof errors.ConnectTimeoutError || NO_CONNECTION.test(code)) return 'connect';
  if (error instanceof errors.HeadersTimeoutError) return 'timeout';
  if (error instanceof StreamRefused) return 'reset';
  if (error instanceof errors.SocketError || code === 'ECONNRESET' || code === 'EPIPE') return 'reset';
  return undefined;
}
